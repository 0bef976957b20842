"""Writes files with NumPy that the readers of npy and npz must understand: test/golden/numpy.

    python tools/golden/numpy_files.py

Needs numpy (2.4 made the committed files). Element i of every array is 7 * i % 11, as its type holds it.
"""

import pathlib

import numpy as np

folder = pathlib.Path(__file__).parents[2] / "test" / "golden" / "numpy"
shape = (2, 3, 4)
values = np.array([7 * i % 11 for i in range(24)]).reshape(shape)

types = ["|u1", "|i1", "|b1"] + [f"{order}{kind}" for order in "<>" for kind in ["i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8"]]
arrays = {f"{kind[1:]}{'_big' if kind[0] == '>' else ''}": values.astype(kind) for kind in types}
arrays |= {f"{name}_fortran": np.asfortranarray(array) for name, array in arrays.items() if name in ("u1", "i8", "f4", "f8_big")}
arrays["texts"] = np.array(["a", "bc", "", "déf", "\N{GRINNING FACE}"])
arrays["bytes"] = np.array([b"a", b"bc"])
arrays["scalar"] = np.array(3.5)
arrays["row"] = np.arange(5, dtype="<i4")
np.savez_compressed(folder / "deflated.npz", **arrays)
np.savez(folder / "stored.npz", u1=arrays["u1"], f4=arrays["f4"])
np.save(folder / "objects.npy", np.array([{"a": 1}, None], dtype=object))
np.save(folder / "records.npy", np.array([(1, 2.0)], dtype=[("a", "<i4"), ("b", "<f4")]))
np.save(folder / "complex.npy", np.array([1j]))
with open(folder / "version-2.npy", "wb") as file:
    np.lib.format.write_array(file, arrays["i4"], version=(2, 0))
