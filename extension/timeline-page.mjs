/**
 * The page of the timeline: draws the recorded run as one bar with what happened in it, and says
 * where the person points. It runs in a web page, so it is plain JavaScript beside the project's
 * types. Instruction counts come as decimal text; places on the bar are numbers, which are exact up
 * to 2^53.
 */
import { drawPicture, drawRun, layoutOf, markAt, marksOf, spanAt } from "./timeline-drawing.mjs";

const vscode = acquireVsCodeApi();
const element = (id) => document.getElementById(id);
const [bar, canvas] = [element("bar"), document.querySelector("canvas")];
const format = new Intl.NumberFormat("en-US");
const instructions = (count) => `${format.format(count)} instruction${count === 1 ? "" : "s"}`;

/** What there is to draw; undefined before it is known. */
let state;
/** What happened in a part of the run, as far as it is known. */
let picture;
/** The part of the run that is shown; undefined for the whole. */
let shown;
/** Where the mouse is on the bar, in pixels; undefined when it is elsewhere. */
let pointer;
let isDragged = false;
/** Where the person has gone to, until the program is there. */
let wanted;

/** The shown part, from its first to its last count. */
function part() {
  return shown ?? { first: state.start, last: Math.max(state.end, state.start + 1) };
}

const width = () => bar.clientWidth;
const margin = 6;

function toPixels(count) {
  const { first, last } = part();
  return margin + ((count - first) / (last - first)) * (width() - 2 * margin);
}

function toCount(pixels) {
  const { first, last } = part();
  const count = first + ((pixels - margin) / (width() - 2 * margin)) * (last - first);
  return Math.min(state.end, Math.max(state.start, Math.round(count)));
}

const here = () => wanted ?? state.at;

// Drawing. ----------------------------------------------------------------------------------------

let isDrawing = false;

/** Draws with the next frame of the screen, once for all that is new until then. */
function draw() {
  if (isDrawing || state === undefined) return;
  isDrawing = true;
  requestAnimationFrame(() => {
    isDrawing = false;
    paint();
  });
}

function paint() {
  const scale = window.devicePixelRatio || 1;
  const layout = layoutOf(picture, window.innerHeight - element("words").offsetHeight - 12);
  canvas.style.height = `${layout.height}px`;
  bar.style.height = `${layout.height}px`;
  canvas.width = Math.round(width() * scale);
  canvas.height = Math.round(layout.height * scale);
  const context = canvas.getContext("2d");
  context.scale(scale, scale);
  const view = { context, layout, toPixels, width: width(), part: part() };
  drawPicture(view, picture);
  drawRun(view, state, here(), pointer);
  describe();
}

/** The words below the bar, and those for people who do not see it. */
function describe() {
  const { start, end, isRunning, isInPast } = state;
  const now = here();
  const isBack = isInPast || wanted !== undefined;
  element("at").textContent =
    isBack && now !== end ? `${format.format(now)} of ${format.format(end)}` : instructions(now);
  element("hint").textContent = isRunning
    ? "running"
    : isBack
      ? "in the past"
      : now === start
        ? "at the start"
        : "";
  const mark = marksOf(state, picture).find(({ at }) => at === now);
  const what = mark === undefined ? "" : `: ${mark.text}`;
  bar.setAttribute("aria-valuemin", String(start));
  bar.setAttribute("aria-valuemax", String(end));
  bar.setAttribute("aria-valuenow", String(now));
  bar.setAttribute(
    "aria-valuetext",
    `Instruction ${format.format(now)} of ${format.format(end)}${what}`,
  );
  element("marked").hidden = state.marked === undefined;
  element("markedName").textContent = state.marked ?? "";
  element("tip").textContent = pointer === undefined ? stillTip() : pointedTip();
}

const kindNames = {
  breakpoint: "breakpoint hits",
  write: "writes",
  call: "system calls",
  exception: "exceptions",
};

/** What is said while the mouse is elsewhere. */
function stillTip() {
  if (picture !== undefined && !state.isRunning) {
    if (picture.share < 1 && !picture.isComplete)
      return `looking at the run: ${Math.floor(picture.share * 100)} %`;
    const [kind] = picture.cut;
    if (kind !== undefined) return `not all ${kindNames[kind]} are shown: zoom in`;
    if (picture.share < 1) return "not all of this part was looked at: zoom in";
  }
  return shown === undefined ? "" : "a part of the run; 0 shows the whole";
}

/** One line on what the mouse points at. */
function pointedTip() {
  const mark = pointedMark();
  if (mark !== undefined) return `→ ${format.format(mark.at)}: ${mark.text}`;
  const span = spanAt(picture, canvasLayout(), pointer, toPixels);
  const count = format.format(toCount(pointer.x));
  return span === undefined ? `→ ${count}` : `→ ${count}: ${spanText(span)}`;
}

function spanText({ name, calls, from, to, path }) {
  const length = instructions(to - from);
  const where = path === undefined ? "" : `${path} › `;
  if (calls > 1)
    return `${format.format(calls)} calls${name === "" ? "" : ` of ${name}`}, ${length}`;
  return `${where}${name}, ${picture.isExact ? "" : "about "}${length}`;
}

const canvasLayout = () =>
  layoutOf(picture, window.innerHeight - element("words").offsetHeight - 12);
const pointedMark = () => markAt(marksOf(state, picture), pointer, canvasLayout(), toPixels);

// What the person does. ---------------------------------------------------------------------------

/** Milliseconds between two places that are told while the mouse drags. */
const dragInterval = 60;
let sendTimer;
let lastSent = 0;

function send() {
  clearTimeout(sendTimer);
  sendTimer = undefined;
  lastSent = performance.now();
  if (wanted !== undefined) vscode.postMessage({ kind: "goTo", instructions: String(wanted) });
}

/** Goes to a count: at once, or while the mouse drags with the next of its turns. */
function goTo(count, isHurried = true) {
  const target = Math.min(state.end, Math.max(state.start, Math.round(count)));
  if (target === here()) return;
  wanted = target;
  const delay = lastSent + dragInterval - performance.now();
  if (isHurried || delay <= 0) send();
  else sendTimer ??= setTimeout(send, delay);
  draw();
}

/** Shows a part of the run, from a count on. */
function show(from, length) {
  const whole = state.end - state.start;
  if (length >= whole) shown = undefined;
  else {
    const first = Math.min(Math.max(state.start, from), state.end - length);
    shown = { first, last: first + length };
  }
  tellPart();
  draw();
}

/** Shows a part `factor` as long, with a count where it is on the bar. */
function zoom(factor, about) {
  const { first, last } = part();
  const length = Math.max(Math.min(20, state.end - state.start), (last - first) * factor);
  show(about - ((about - first) / (last - first)) * length, length);
}

/** Moves the shown part by a share of its length. */
function pan(share) {
  if (shown === undefined) return;
  const length = shown.last - shown.first;
  show(shown.first + share * length, length);
}

let partTimer;
let told = "";

/** Says which part is shown, when that has been the same for a moment. */
function tellPart() {
  clearTimeout(partTimer);
  partTimer = setTimeout(() => {
    const { first, last } = part();
    const message = {
      kind: "part",
      first: String(Math.floor(first)),
      last: String(Math.ceil(last)),
    };
    const text = JSON.stringify(message);
    if (text === told) return;
    told = text;
    vscode.postMessage(message);
  }, 120);
}

/** Keeps the place in sight when the program has gone elsewhere. */
function follow() {
  if (shown === undefined || isDragged || pointer !== undefined) return;
  const { first, last } = shown;
  if (state.at < first || state.at > last) show(state.at - (last - first) / 2, last - first);
}

const place = (event) => {
  const { left, top } = bar.getBoundingClientRect();
  return { x: event.clientX - left, y: event.clientY - top };
};

bar.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  isDragged = true;
  bar.setPointerCapture(event.pointerId);
  pointer = place(event);
  goTo(pointedMark()?.at ?? toCount(pointer.x));
});
bar.addEventListener("pointermove", (event) => {
  pointer = place(event);
  if (isDragged) goTo(toCount(pointer.x), false);
  else draw();
});
for (const name of ["pointerup", "pointercancel"])
  bar.addEventListener(name, () => {
    isDragged = false;
    if (sendTimer !== undefined) send();
  });
bar.addEventListener("pointerleave", () => {
  pointer = undefined;
  draw();
});
bar.addEventListener("dblclick", (event) => {
  const span = spanAt(picture, canvasLayout(), place(event), toPixels);
  if (span !== undefined) show(span.from - (span.to - span.from) / 20, (span.to - span.from) * 1.1);
});
bar.addEventListener(
  "wheel",
  (event) => {
    event.preventDefault();
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))
      pan(Math.sign(event.deltaX || event.deltaY) / 10);
    else zoom(event.deltaY < 0 ? 0.8 : 1.25, toCount(place(event).x));
  },
  { passive: false },
);
element("unmark").addEventListener("click", () => vscode.postMessage({ kind: "unmark" }));

/** Goes to the next mark in a direction. */
function goToMark(direction) {
  const now = here();
  const counts = marksOf(state, picture).map(({ at }) => at);
  const ahead = counts.filter((at) => (direction > 0 ? at > now : at < now));
  if (ahead.length > 0) goTo(direction > 0 ? Math.min(...ahead) : Math.max(...ahead));
}

/** What keys do; counts are from where the program is. */
const keys = {
  ArrowLeft: (now, step) => goTo(now - step),
  ArrowRight: (now, step) => goTo(now + step),
  PageDown: (now, step) => goTo(now - 10 * step),
  PageUp: (now, step) => goTo(now + 10 * step),
  Home: () => goTo(state.start),
  End: () => goTo(state.end),
  "[": () => goToMark(-1),
  "]": () => goToMark(1),
  "+": (now) => zoom(0.5, now),
  "=": (now) => zoom(0.5, now),
  "-": (now) => zoom(2, now),
  0: () => show(state.start, Number.POSITIVE_INFINITY),
};
const shiftKeys = { ArrowLeft: () => pan(-0.25), ArrowRight: () => pan(0.25) };

bar.addEventListener("keydown", (event) => {
  const own = event.shiftKey && Object.hasOwn(shiftKeys, event.key) ? shiftKeys : keys;
  const key = Object.hasOwn(own, event.key) ? own[event.key] : undefined;
  if (key === undefined || event.altKey || event.metaKey) return;
  event.preventDefault();
  const { first, last } = part();
  const step = event.ctrlKey ? 1 : Math.max(1, Math.round((last - first) / 100));
  key(here(), step);
});

new ResizeObserver(draw).observe(bar);
window.addEventListener("resize", draw);
// Another theme has other colours.
new MutationObserver(draw).observe(document.body, { attributeFilter: ["class"] });

// What comes. -------------------------------------------------------------------------------------

const numbered = (marks) => marks.map((mark) => ({ ...mark, at: Number(mark.at) }));
const spans = (all) =>
  all.map((span) => ({ ...span, from: Number(span.from), to: Number(span.to) }));

const receivers = {
  nothing: () => {
    state = undefined;
    picture = undefined;
    shown = undefined;
    told = "";
  },
  run: (data) => {
    const next = {
      ...data,
      start: Number(data.start),
      end: Number(data.end),
      at: Number(data.at),
      snapshots: data.snapshots.map(Number),
      stops: data.stops.map(Number),
      outputs: numbered(data.outputs),
      bookmarks: numbered(data.bookmarks),
    };
    // A shorter run is another one, or has dropped its future: the part may be gone.
    if (state !== undefined && next.end < state.end) {
      shown = undefined;
      picture = undefined;
    }
    state = next;
    if (!state.isRunning || wanted === state.at) wanted = undefined;
    follow();
    tellPart();
  },
  picture: (data) => {
    const [first, last] = [Number(data.first), Number(data.last)];
    const scanned = spans(data.scanned);
    const done = scanned.reduce((sum, { from, to }) => sum + to - from, 0);
    picture = {
      ...data,
      first,
      last,
      scanned,
      share: last > first ? done / (last - first) : 1,
      marks: numbered(data.marks),
      calls: spans(data.calls),
    };
  },
};

window.addEventListener("message", ({ data }) => {
  if (data.kind !== "picture") {
    element("nothing").hidden = data.kind === "run";
    element("run").hidden = data.kind !== "run";
  }
  receivers[data.kind](data);
  draw();
});

vscode.postMessage({ kind: "ready" });
