/**
 * The page of the timeline: draws the recorded run as one bar, and says where the person points. It
 * runs in a web page, so it is plain JavaScript beside the project's types. Instruction counts come
 * as decimal text; places on the bar are numbers, which are exact up to 2^53.
 */

const vscode = acquireVsCodeApi();
const element = (id) => document.getElementById(id);
const [bar, canvas] = [element("bar"), document.querySelector("canvas")];
const format = new Intl.NumberFormat("en-US");
const instructions = (count) => `${format.format(count)} instruction${count === 1 ? "" : "s"}`;

/** What there is to draw; undefined before it is known. */
let state;
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

/** The marks that a person may point at, those first that are meant where several are near. */
function marks() {
  return [
    ...state.bookmarks.map(({ at, label }) => ({ at, text: `bookmark ${label}` })),
    ...state.outputs.map(({ at, stdout, stderr }) => {
      const bytes = stdout + stderr;
      const where = stderr === 0 ? "" : stdout === 0 ? " to stderr" : ", some to stderr";
      return { at, text: `${format.format(bytes)} byte${bytes === 1 ? "" : "s"} written${where}` };
    }),
    ...state.stops.map((at) => ({ at, text: "stopped here" })),
  ];
}

/** The nearest mark within some pixels. */
function markAt(pixels) {
  let best;
  for (const mark of marks()) {
    const distance = Math.abs(toPixels(mark.at) - pixels);
    if (distance <= 4 && (best === undefined || distance < best.distance))
      best = { ...mark, distance };
  }
  return best;
}

// Drawing. ----------------------------------------------------------------------------------------

function colour(name, otherwise) {
  return getComputedStyle(document.body).getPropertyValue(`--vscode-${name}`).trim() || otherwise;
}

function draw() {
  const scale = window.devicePixelRatio || 1;
  const height = canvas.clientHeight;
  canvas.width = Math.round(width() * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d");
  context.scale(scale, scale);
  const foreground = colour("foreground", "#888");
  const [top, thickness] = [14, 10];
  const box = (from, to, style, alpha = 1) => {
    context.globalAlpha = alpha;
    context.fillStyle = style;
    const [left, right] = [Math.max(0, toPixels(from)), Math.min(width(), toPixels(to))];
    if (right > left) context.fillRect(left, top, right - left, thickness);
  };
  const tick = (at, style, y, size, thick = 1, alpha = 1) => {
    const x = toPixels(at);
    if (x < 0 || x > width()) return;
    context.globalAlpha = alpha;
    context.fillStyle = style;
    context.fillRect(Math.round(x) - thick / 2, y, thick, size);
  };
  const here = wanted ?? state.at;
  const progress = colour("progressBar-background", "#0078d4");
  box(state.start, state.end, foreground, 0.2);
  box(state.start, here, progress, 0.75);
  for (const at of state.snapshots) tick(at, foreground, top + thickness - 3, 3, 1, 0.45);
  for (const at of state.stops) tick(at, foreground, top - 5, 4, 2, 0.7);
  const [written, error] = [colour("charts-green", "#388a34"), colour("charts-red", "#e51400")];
  for (const { at, stdout, stderr } of state.outputs) {
    if (stdout > 0) tick(at, written, top + thickness + 2, 5, 2);
    if (stderr > 0) tick(at, error, top + thickness + 7, 3, 2);
  }
  const yellow = colour("charts-yellow", "#bf8803");
  for (const { at } of state.bookmarks) {
    const x = Math.round(toPixels(at));
    tick(at, yellow, 1, top + thickness, 1);
    context.fillRect(x, 1, 7, 6);
  }
  if (pointer !== undefined) {
    context.globalAlpha = 0.5;
    context.fillStyle = foreground;
    context.fillRect(Math.round(pointer), top - 3, 1, thickness + 6);
  }
  tick(here, foreground, top - 4, thickness + 8, 2);
  context.beginPath();
  context.arc(toPixels(here), top + thickness / 2, 4, 0, 2 * Math.PI);
  context.fill();
  describe(here);
}

/** The words below the bar, and those for people who do not see it. */
function describe(here) {
  const { start, end, isRunning, isInPast } = state;
  const isBack = isInPast || wanted !== undefined;
  element("at").textContent =
    isBack && here !== end ? `${format.format(here)} of ${instructions(end)}` : instructions(here);
  element("hint").textContent = isRunning
    ? "running"
    : isBack
      ? "in the past"
      : here === start
        ? "at the start"
        : "";
  bar.setAttribute("aria-valuemin", String(start));
  bar.setAttribute("aria-valuemax", String(end));
  bar.setAttribute("aria-valuenow", String(here));
  bar.setAttribute("aria-valuetext", `Instruction ${format.format(here)} of ${format.format(end)}`);
  if (pointer === undefined) {
    element("tip").textContent = shown === undefined ? "" : "a part of the run; 0 shows the whole";
    return;
  }
  const mark = markAt(pointer);
  const count = format.format(mark?.at ?? toCount(pointer));
  element("tip").textContent = mark === undefined ? `→ ${count}` : `→ ${count}: ${mark.text}`;
}

// What the person does. ---------------------------------------------------------------------------

function goTo(count) {
  const target = Math.min(state.end, Math.max(state.start, count));
  if (target === (wanted ?? state.at)) return;
  wanted = target;
  vscode.postMessage({ kind: "goTo", instructions: String(target) });
  draw();
}

/** Shows a part of the run, `factor` as long, with a count where it is on the bar. */
function zoom(factor, about) {
  const { first, last } = part();
  const whole = state.end - state.start;
  const length = Math.max(Math.min(20, whole), (last - first) * factor);
  if (length >= whole) shown = undefined;
  else {
    const share = (about - first) / (last - first);
    const from = Math.min(Math.max(state.start, about - share * length), state.end - length);
    shown = { first: from, last: from + length };
  }
  draw();
}

/** Moves the shown part by a share of its length. */
function pan(share) {
  if (shown === undefined) return;
  const length = shown.last - shown.first;
  const from = Math.max(state.start, Math.min(shown.first + share * length, state.end - length));
  shown = { first: from, last: from + length };
  draw();
}

const place = (event) => event.clientX - bar.getBoundingClientRect().left;

bar.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  isDragged = true;
  bar.setPointerCapture(event.pointerId);
  pointer = place(event);
  goTo(markAt(pointer)?.at ?? toCount(pointer));
});
bar.addEventListener("pointermove", (event) => {
  pointer = place(event);
  if (isDragged) goTo(toCount(pointer));
  else draw();
});
for (const name of ["pointerup", "pointercancel"])
  bar.addEventListener(name, () => {
    isDragged = false;
  });
bar.addEventListener("pointerleave", () => {
  pointer = undefined;
  draw();
});
bar.addEventListener(
  "wheel",
  (event) => {
    event.preventDefault();
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))
      pan(Math.sign(event.deltaX || event.deltaY) / 10);
    else zoom(event.deltaY < 0 ? 0.8 : 1.25, toCount(place(event)));
  },
  { passive: false },
);

/** What keys do; counts are from where the program is. */
const keys = {
  ArrowLeft: (here, step) => goTo(here - step),
  ArrowRight: (here, step) => goTo(here + step),
  PageDown: (here, step) => goTo(here - 10 * step),
  PageUp: (here, step) => goTo(here + 10 * step),
  Home: () => goTo(state.start),
  End: () => goTo(state.end),
  "+": (here) => zoom(0.5, here),
  "-": (here) => zoom(2, here),
  0: () => zoom(Number.POSITIVE_INFINITY, state.start),
};

bar.addEventListener("keydown", (event) => {
  const key = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
  if (key === undefined || event.altKey || event.metaKey) return;
  event.preventDefault();
  const { first, last } = part();
  const step = event.ctrlKey ? 1 : Math.max(1, Math.round((last - first) / 100));
  key(wanted ?? state.at, step);
});

window.addEventListener("resize", () => state !== undefined && draw());

window.addEventListener("message", ({ data }) => {
  element("nothing").hidden = data.kind === "run";
  element("run").hidden = data.kind !== "run";
  if (data.kind !== "run") return;
  const next = {
    ...data,
    start: Number(data.start),
    end: Number(data.end),
    at: Number(data.at),
    snapshots: data.snapshots.map(Number),
    stops: data.stops.map(Number),
    outputs: data.outputs.map((mark) => ({ ...mark, at: Number(mark.at) })),
    bookmarks: data.bookmarks.map((mark) => ({ ...mark, at: Number(mark.at) })),
  };
  // A shorter run is another one, or has dropped its future: the part may be gone.
  if (state !== undefined && next.end < state.end) shown = undefined;
  state = next;
  if (!state.isRunning || wanted === state.at) wanted = undefined;
  draw();
});

vscode.postMessage({ kind: "ready" });
