/** Drawings that are no digits: scribbles, shapes, charts. All are made from random numbers. */
import { ink } from "../../dist/data/digits/raster.js";

/**
 * @typedef {import("../../dist/core/random.js").Random} Random
 * @typedef {{ x: number, y: number }} Point
 * @typedef {import("../../dist/pictures/mnist-frame.js").Ink} Ink
 */

const SIDE = 48;

/** @param {Random} random @returns {Point} */
const anywhere = (random) => ({ x: random.uniform(0, 1), y: random.uniform(0, 1) });

/** @param {number} x @param {number} y @param {number} radius @param {number} from @param {number} to in turns @returns {Point[]} */
const arc = (x, y, radius, from, to, flat = 1) =>
  Array.from({ length: 25 }, (_, i) => {
    const angle = 2 * Math.PI * (from + ((to - from) * i) / 24);
    return { x: x + radius * Math.cos(angle), y: y + flat * radius * Math.sin(angle) };
  });

/** A smooth curve through points. @param {readonly Point[]} points */
function smooth(points) {
  /** @type {Point[]} */
  const line = [];
  for (let i = 0; i + 1 < points.length; i++) {
    const [p, q, r, s] = [
      points[Math.max(0, i - 1)],
      points[i],
      points[i + 1],
      points[Math.min(points.length - 1, i + 2)],
    ];
    for (let k = 0; k <= 6; k++) {
      const t = k / 6;
      const at = (/** @type {number} */ a, /** @type {number} */ b, /** @type {number} */ c, /** @type {number} */ d) =>
        b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
      line.push({ x: at(p.x, q.x, r.x, s.x), y: at(p.y, q.y, r.y, s.y) });
    }
  }
  return line;
}

/** Each draws strokes in a box of 1 x 1. @type {Readonly<Record<string, (random: Random) => Point[][]>>} */
const kinds = {
  scribble: (random) => [smooth(Array.from({ length: 8 + random.integer(14) }, () => anywhere(random)))],
  zigzag: (random) => {
    const teeth = 5 + random.integer(8);
    const high = random.uniform(0.2, 1);
    return [
      Array.from({ length: teeth }, (_, i) => ({ x: i / (teeth - 1), y: high * (i % 2) + random.uniform(0, 0.1) })),
    ];
  },
  wave: (random) => {
    const waves = random.uniform(1.5, 4);
    const high = random.uniform(0.1, 0.4);
    return [Array.from({ length: 40 }, (_, i) => ({ x: i / 39, y: high * Math.sin((2 * Math.PI * waves * i) / 39) }))];
  },
  lines: (random) => Array.from({ length: 4 + random.integer(6) }, () => [anywhere(random), anywhere(random)]),
  polygon: (random) => {
    const corners = 3 + random.integer(2); // more would be a 0
    const turn = random.uniform(0, 1);
    const at = (/** @type {number} */ i) => {
      const angle = 2 * Math.PI * (turn + i / corners);
      return { x: Math.cos(angle) + 0.1 * random.normal(), y: Math.sin(angle) + 0.1 * random.normal() };
    };
    const points = Array.from({ length: corners }, (_, i) => at(i));
    return [[...points, points[0]]];
  },
  star: (random) => {
    const corners = 5 + random.integer(3);
    const points = Array.from({ length: 2 * corners }, (_, i) => {
      const angle = (Math.PI * i) / corners - Math.PI / 2;
      const radius = (i % 2 === 0 ? 1 : 0.45) + 0.05 * random.normal();
      return { x: radius * Math.cos(angle), y: radius * Math.sin(angle) };
    });
    return [[...points, points[0]]];
  },
  cross: (random) => {
    const slant = random.uniform(-0.2, 0.2);
    return random.uniform() < 0.5
      ? [
          [
            { x: 0, y: slant },
            { x: 1, y: 1 - slant },
          ],
          [
            { x: 1, y: 0 },
            { x: slant, y: 1 },
          ],
        ]
      : [
          [
            { x: 0, y: 0.5 + slant },
            { x: 1, y: 0.5 - slant },
          ],
          [
            { x: 0.5 + slant, y: 0 },
            { x: 0.5 - slant, y: 1 },
          ],
        ];
  },
  arrow: (random) => {
    const angle = random.uniform(0, 1);
    const turned = (/** @type {Point} */ { x, y }) => {
      const [c, s] = [Math.cos(2 * Math.PI * angle), Math.sin(2 * Math.PI * angle)];
      return { x: c * x - s * y, y: s * x + c * y };
    };
    const head = random.uniform(0.2, 0.4);
    return [
      [
        { x: 0, y: 0 },
        { x: 1, y: 0 },
      ],
      [
        { x: 1 - head, y: -head },
        { x: 1, y: 0 },
        { x: 1 - head, y: head },
      ],
    ].map((stroke) => stroke.map(turned));
  },
  spiral: (random) => {
    const turns = random.uniform(2.2, 4);
    const way = random.uniform() < 0.5 ? 1 : -1;
    const start = random.uniform(0, 7);
    return [
      Array.from({ length: 90 }, (_, i) => ({
        x: (i / 90) * Math.cos(start + (turns * 6.28 * i) / 90),
        y: way * (i / 90) * Math.sin(start + (turns * 6.28 * i) / 90),
      })),
    ];
  },
  face: (random) => [
    arc(0.5, 0.5, 0.5, 0, 1),
    arc(0.32, 0.36, 0.04, 0, 1),
    arc(0.68, 0.36, 0.04, 0, 1),
    random.uniform() < 0.7 ? arc(0.5, 0.55, 0.26, 0.05, 0.45) : arc(0.5, 0.9, 0.26, 0.6, 0.9),
  ],
  house: (random) => {
    const roof = random.uniform(0.3, 0.5);
    return [
      [
        { x: 0, y: 1 },
        { x: 0, y: roof },
        { x: 0.5, y: 0 },
        { x: 1, y: roof },
        { x: 1, y: 1 },
        { x: 0, y: 1 },
      ],
      [
        { x: 0.4, y: 1 },
        { x: 0.4, y: 0.7 },
        { x: 0.6, y: 0.7 },
        { x: 0.6, y: 1 },
      ],
    ];
  },
  bars: (random) => {
    const bars = 3 + random.integer(5);
    const strokes = Array.from({ length: bars }, (_, i) => {
      const x = (i + 0.7) / bars;
      return [
        { x, y: 1 },
        { x, y: random.uniform(0, 0.8) },
      ];
    });
    return [
      ...strokes,
      [
        { x: 0, y: 0 },
        { x: 0, y: 1 },
        { x: 1.05, y: 1 },
      ],
    ];
  },
  curves: (random) => {
    const points = 4 + random.integer(5);
    const line = () =>
      Array.from({ length: points }, (_, i) => ({ x: (i + 0.5) / points, y: random.uniform(0.05, 0.9) }));
    const lines = Array.from({ length: 1 + random.integer(2) }, line);
    return [
      ...lines,
      [
        { x: 0, y: 0 },
        { x: 0, y: 1 },
        { x: 1, y: 1 },
      ],
    ];
  },
  grid: (random) => {
    const lines = 2 + random.integer(4);
    return Array.from({ length: lines + 1 }, (_, i) => i / lines).flatMap((at) => [
      [
        { x: at, y: 0 },
        { x: at, y: 1 },
      ],
      [
        { x: 0, y: at },
        { x: 1, y: at },
      ],
    ]);
  },
  dots: (random) =>
    Array.from({ length: 3 + random.integer(12) }, () => anywhere(random)).map((point) => [
      point,
      { x: point.x + 0.01, y: point.y },
    ]),
  rings: (random) =>
    Array.from({ length: 3 + random.integer(3) }, (_, i) =>
      arc(random.uniform(0.2, 0.8), random.uniform(0.2, 0.8), random.uniform(0.15, 0.5) * (1 + i / 4), 0, 1),
    ),
  badge: (random) => {
    const inside = random.uniform() < 0.5 ? kinds.lines(random) : kinds.polygon(random);
    const shrunk = inside.slice(0, 2 + random.integer(2)).map((stroke) => {
      return stroke.map(({ x, y }) => ({ x: 0.5 + 0.6 * (x - 0.5), y: 0.5 + 0.6 * (y - 0.5) }));
    });
    const frame = random.uniform() < 0.6 ? arc(0.5, 0.5, 0.5, 0, 1) : kinds.polygon(random)[0];
    // One line across a ring would be a 0.
    return [frame, ...shrunk, ...(shrunk.length < 2 ? kinds.zigzag(random) : [])];
  },
  solid: (random) => {
    const corners = 3 + random.integer(8);
    const missing = random.uniform() < 0.3 ? random.uniform(0.1, 0.3) : 0;
    const dents = random.uniform() < 0.4 ? random.uniform(0.3, 0.8) : 1;
    const turn = random.uniform();
    const border = Array.from({ length: 120 }, (_, i) => {
      const part = (i / 120) * (1 - missing);
      const [before, along] = [Math.floor(part * corners), (part * corners) % 1];
      const corner = (/** @type {number} */ k) => {
        const angle = 2 * Math.PI * (turn + k / corners);
        const radius = k % 2 === 0 ? 1 : dents;
        return { x: radius * Math.cos(angle), y: radius * Math.sin(angle) };
      };
      const [a, b] = [corner(before), corner(before + 1)];
      return { x: a.x + along * (b.x - a.x), y: a.y + along * (b.y - a.y) };
    });
    return border.map((point) => [{ x: 0, y: 0 }, point]);
  },
};

export const scribbleKinds = Object.keys(kinds);

/** A drawing of one kind. @param {string} kind @param {Random} random @returns {Ink} */
export function scribble(kind, random) {
  const strokes = kinds[kind](random);
  const points = strokes.flat();
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const extent = Math.max(Math.max(...xs) - left, Math.max(...ys) - top, 0.01);
  const radius = random.uniform(1.4, 3.6);
  const scale = (SIDE - 2 * radius) / extent;
  const sheet = { rows: SIDE, columns: SIDE, data: new Float32Array(SIDE * SIDE) };
  return ink(
    strokes.map((stroke) =>
      stroke.map(({ x, y }) => ({ x: (x - left) * scale + radius, y: (y - top) * scale + radius, radius })),
    ),
    sheet,
  );
}
