import {test} from "vitest"; import {appendFileSync} from "node:fs"; const log=(...a)=>appendFileSync("/tmp/ev.log",a.join(" ")+"\n"); import {mnist} from "./mnist.ts"; import {enlarged, distanceTo} from "./picture-filters.ts"; import {inkOf, strokeWidth} from "./ink.ts"; import {digitInput} from "./image.ts"; import {random} from "../core/random.ts";
const N=Number(process.env.EVN??100);
test("eval", async()=>{ const m=await mnist({folder:"/work/shared/data/mnist"});
 const img=(set,i)=>({rows:28,columns:28,data:Float32Array.from({length:784},(_,k)=>m[set].images.data[i*1024+66+Math.floor(k/28)*32+k%28]/255)});
 const ws=[];for(let i=0;i<300;i++){const e=enlarged(img("test",i),5); ws.push(strokeWidth(e)/5);} ws.sort((a,b)=>a-b); log("stroke width", ws[30],ws[150],ws[270]);
 const T=10000; const train=m.train.images.data;
 const knn=(x)=>{let best=1e18,bl=-1; const d3=[]; for(let t=0;t<T;t++){let s=0;const o=t*1024; for(let k=64;k<960&&s<best;k++){const d=x[k]-train[o+k]; s+=d*d;} if(s<best){best=s;bl=m.train.labels[t];}} return bl;};
 const r=random(1,"x"); const noise=()=>r.normal();
 // masks at size S
 const smooth=(i,S)=>{const e=enlarged(img("test",i),Math.ceil(S/28)); return e;};
 const skeleton=(g)=>{ // zhang-suen
  const {rows:R,columns:C}=g; const b=Uint8Array.from(g.data,v=>v>0.5?1:0); let ch=true; const at=(y,x)=>y<0||x<0||y>=R||x>=C?0:b[y*C+x];
  while(ch){ch=false; for(let ph=0;ph<2;ph++){const del=[]; for(let y=0;y<R;y++)for(let x=0;x<C;x++){ if(!b[y*C+x])continue; const p=[at(y-1,x),at(y-1,x+1),at(y,x+1),at(y+1,x+1),at(y+1,x),at(y+1,x-1),at(y,x-1),at(y-1,x-1)]; const n=p.reduce((a,c)=>a+c); if(n<2||n>6)continue; let tr=0; for(let k=0;k<8;k++) if(!p[k]&&p[(k+1)%8])tr++; if(tr!==1)continue; const q=ph===0?(p[0]*p[2]*p[4]||p[2]*p[4]*p[6]):(p[0]*p[2]*p[6]||p[0]*p[4]*p[6]); if(q)continue; del.push(y*C+x);} for(const d of del){b[d]=0;ch=true;} } }
  return b;};
 const cache=new Map(); const pen=(i,S,w)=>{ const e=smooth(i,S); let s140=cache.get(i); if(!s140){s140=skeleton(smooth(i,140)); cache.set(i,s140);} const f=e.rows/140; const soft=enlarged({rows:140,columns:140,data:distanceTo(s140,140,140)},1); const D={data:new Float32Array(e.data.length)}; {const src=soft.data; for(let y=0;y<e.rows;y++)for(let x=0;x<e.columns;x++){const fy=Math.min(138.99,Math.max(0,(y+.5)/f-.5)),fx=Math.min(138.99,Math.max(0,(x+.5)/f-.5)); const a=Math.floor(fy),b=Math.floor(fx),u=fy-a,v=fx-b; D.data[y*e.columns+x]=f*((1-u)*((1-v)*src[a*140+b]+v*src[a*140+b+1])+u*((1-v)*src[a*140+140+b]+v*src[a*140+141+b]));}} const d=D.data; return {rows:e.rows,columns:e.columns,data:d.map(v=>Math.min(1,Math.max(0,w/2+0.5-v)))}; };
 const place=(ink,R,C,y0,x0)=>{const data=new Float32Array(R*C); for(let y=0;y<ink.rows;y++)for(let x=0;x<ink.columns;x++){const Y=y+y0,X=x+x0; if(Y>=0&&X>=0&&Y<R&&X<C)data[Y*C+X]=ink.data[y*ink.columns+x];} return {rows:R,columns:C,data};};
 const photo=(ink,{paper=0.85,inkLevel=0.25,grad=0,vig=0,shadow=0,sigma=0,blur=false}={})=>({...ink,data:ink.data.map((v,k)=>{const y=Math.floor(k/ink.columns)/ink.rows,x=(k%ink.columns)/ink.columns; let L=1-grad*(x+y)/2-vig*((x-.5)**2+(y-.5)**2)*2; if(shadow) L*=1-shadow/(1+Math.exp(-(x-0.2-0.5*y)*60)); return Math.min(1,Math.max(0,L*(paper*(1-v)+inkLevel*paper*v)+sigma*noise()));})});
 const cases={
  identity:(i)=>img("test",i),
  inverted28:(i)=>({...img("test",i),data:img("test",i).data.map(v=>1-v)}),
  big:(i)=>photo(smooth(i,448)),
  bigLight:(i)=>{const g=smooth(i,448); return {...g,data:g.data.map(v=>0.1+0.8*v)};},
  bigNoise:(i)=>photo(smooth(i,448),{grad:.5,sigma:.04}),
  pen3clean:(i)=>photo(pen(i,448,3),{paper:1,inkLevel:0}),
  pen3:(i)=>photo(pen(i,448,3),{grad:.4,sigma:.03}),
  penShadow:(i)=>photo(pen(i,448,4),{grad:.2,shadow:.5,sigma:.03}),
  penVig:(i)=>photo(pen(i,448,4),{vig:.5,sigma:.03,inkLevel:.4}),
  penSmallInBig:(i)=>photo(place(pen(i,168,4),768,1024,400,200),{grad:.4,vig:.3,sigma:.02}),
  pencil:(i)=>photo(pen(i,448,4),{inkLevel:.65,grad:.3,sigma:.03}),
  desk:(i)=>{const g=photo(place(pen(i,420,5),700,900,120,200),{grad:.2,sigma:.02}); for(let y=0;y<700;y++)for(let x=0;x<60+y/20;x++)g.data[y*900+x]=0.2+.03*noise(); return g;},
  tiny12:(i)=>{const e=pen(i,280,12); const k=20,C=14; const d=new Float32Array(C*C); for(let y=0;y<280;y++)for(let x=0;x<280;x++)d[Math.floor(y/k)*C+Math.floor(x/k)]+=e.data[y*280+x]/k/k; return photo({rows:C,columns:C,data:d},{paper:1,inkLevel:0});},
  crop:(i)=>{const e=smooth(i,280); let t=280,b=0,l=280,rr=0; e.data.forEach((v,k)=>{if(v>.3){const y=Math.floor(k/280),x=k%280; t=Math.min(t,y);b=Math.max(b,y+1);l=Math.min(l,x);rr=Math.max(rr,x+1);}}); return photo(place(e,b-t,rr-l,-t,-l),{sigma:.02});},
  bold:(i)=>{const e=smooth(i,448); const d=distanceTo(Uint8Array.from(e.data,v=>v>.5?1:0),e.rows,e.columns); return photo({...e,data:d.map(v=>Math.min(1,Math.max(0,16.5-v)))},{grad:.3,sigma:.02});},
  chalk:(i)=>{const g=pen(i,448,5); return {...g,data:g.data.map((v,k)=>Math.min(1,Math.max(0,(0.2+.1*(k%448)/448)+.5*v+.03*noise())))};},
 };
 const g=cases[process.env.EVD](Number(process.env.EVI??0)); const x=digitInput(g).data; let o="";for(let y=0;y<32;y++){for(let c=0;c<32;c++)o+=" .:-=+*#%@"[Math.floor(x[y*32+c]/25.6)].repeat(2);o+="\n";} log(o);

},600000);
