/**
 * How the timeline looks: where its rows are, how a run and what happened in it are drawn, and what
 * is under the mouse. Plain JavaScript for the page; all lengths are CSS pixels, colours the theme's.
 *
 *     flags of bookmarks, ticks of stops
 *     ████████████▌░░░░░░░░░  the run, as far as the program has come
 *     output; what is written to standard error in red
 *     breakpoints ●  writes ◆  exceptions ▲  system calls |
 *     0      1,000      2,000
 *     ▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆  functions, the outermost on top
 */

const format = new Intl.NumberFormat("en-US");
const compact = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 2 });

/** Tops and heights of the rows. */
const track = { top: 12, height: 10 };
const outputTop = 23;
const happenings = { top: 29, height: 11 };
const scaleTop = 41;
const lanesTop = 57;
/** Heights of a row of functions: the most, the least, and the least that holds a name. */
const laneHeight = 16;
const leastLane = 3;
const namedLane = 11;

const style = (name) => getComputedStyle(document.body).getPropertyValue(`--vscode-${name}`).trim();
const colour = (name, otherwise) => style(name) || otherwise;
const isHighContrast = () =>
  ["vscode-high-contrast", "vscode-high-contrast-light"].some((name) =>
    document.body.classList.contains(name),
  );

/** The functions that fill a whole picture, from the outermost on: one row stands for them. */
function commonCalls({ calls, first, last }) {
  const common = [];
  for (let depth = 0; ; depth++) {
    const level = calls.filter((span) => span.depth === depth);
    const [only] = level;
    const isWhole = level.length === 1 && only.from <= first && only.to >= last && only.calls === 1;
    if (!isWhole) return common;
    common.push(only);
  }
}

/** The rows of functions: spans of each, the common ones as the first. */
function lanesOf(picture) {
  if (picture === undefined || picture.calls.length === 0) return [];
  if (picture.lanes !== undefined) return picture.lanes;
  const common = commonCalls(picture);
  const lanes = [];
  const last = common.at(-1);
  if (last !== undefined) {
    const path = common
      .slice(0, -1)
      .map(({ name }) => name)
      .join(" › ");
    lanes.push([path === "" ? last : { ...last, path }]);
  }
  const skipped = Math.max(0, common.length - 1);
  for (const span of picture.calls) {
    if (span.depth < common.length) continue;
    lanes[span.depth - skipped] ??= [];
    lanes[span.depth - skipped].push(span);
  }
  picture.lanes = Array.from(lanes, (lane) => lane ?? []);
  return picture.lanes;
}

/** How high the whole is and how high a row of functions, in the room that there is. */
export function layoutOf(picture, room) {
  const rows = lanesOf(picture).length;
  const fitting = rows === 0 ? laneHeight : Math.floor((room - lanesTop) / rows);
  const lane = Math.max(leastLane, Math.min(laneHeight, fitting));
  return { lane, height: rows === 0 ? lanesTop - 2 : lanesTop + rows * lane + 2 };
}

// What is under the mouse. ------------------------------------------------------------------------

const several = (count, one) => (count === 1 ? one : `${format.format(count)} times, first ${one}`);

/** The marks that a person may point at, those first that are meant where several are near. */
export function marksOf(state, picture) {
  return [
    ...state.bookmarks.map(({ at, label }) => ({ at, text: `bookmark ${label}`, row: "flags" })),
    ...(picture?.marks ?? []).map(({ at, kind, text, count }) => ({
      at,
      kind,
      text: several(count, text),
      row: "happenings",
    })),
    ...state.outputs.map(({ at, stdout, stderr }) => {
      const bytes = stdout + stderr;
      const where = stderr === 0 ? "" : stdout === 0 ? " to stderr" : ", some to stderr";
      const text = `${format.format(bytes)} byte${bytes === 1 ? "" : "s"} written${where}`;
      return { at, text, row: "output" };
    }),
    ...state.stops.map((at) => ({ at, text: "stopped here", row: "flags" })),
  ];
}

/** The nearest mark within some pixels; those of the row that the mouse is in before others. */
export function markAt(marks, pointer, layout, toPixels) {
  if (pointer.y >= lanesTop && layout.height > lanesTop) return undefined;
  const row =
    pointer.y < track.top ? "flags" : pointer.y < happenings.top ? "output" : "happenings";
  let best;
  for (const mark of marks) {
    const distance = Math.abs(toPixels(mark.at) - pointer.x);
    const order = distance + (mark.row === row ? 0 : 4);
    if (distance <= 4 && (best === undefined || order < best.order)) best = { ...mark, order };
  }
  return best;
}

/** The function whose span the mouse is in. */
export function spanAt(picture, { lane }, { x, y }, toPixels) {
  if (y < lanesTop) return undefined;
  const spans = lanesOf(picture)[Math.floor((y - lanesTop) / lane)] ?? [];
  return spans.find(({ from, to }) => {
    const left = toPixels(from);
    return x >= left && x < Math.max(toPixels(to), left + 2);
  });
}

// Drawing. ----------------------------------------------------------------------------------------

/** Draws the run itself: how far it goes, where the program is, and what the person did in it. */
export function drawRun({ context, layout, toPixels, width }, state, here, pointer) {
  const foreground = colour("foreground", "#888");
  const box = (from, to, fill, alpha = 1) => {
    context.globalAlpha = alpha;
    context.fillStyle = fill;
    const [left, right] = [Math.max(0, toPixels(from)), Math.min(width, toPixels(to))];
    if (right > left) context.fillRect(left, track.top, right - left, track.height);
  };
  const tick = (at, fill, y, size, thick = 1, alpha = 1) => {
    const x = toPixels(at);
    if (x < 0 || x > width) return;
    context.globalAlpha = alpha;
    context.fillStyle = fill;
    context.fillRect(Math.round(x) - thick / 2, y, thick, size);
  };
  const progress = colour("progressBar-background", "#0078d4");
  box(state.start, state.end, foreground, 0.2);
  box(state.start, here, progress, 0.75);
  const bottom = track.top + track.height;
  for (const at of state.snapshots) tick(at, foreground, bottom - 3, 3, 1, 0.45);
  for (const at of state.stops) tick(at, foreground, track.top - 5, 4, 2, 0.7);
  const [written, error] = [colour("charts-green", "#388a34"), colour("charts-red", "#e51400")];
  for (const { at, stdout, stderr } of state.outputs) {
    if (stdout > 0) tick(at, written, outputTop, 5, 2);
    if (stderr > 0) tick(at, error, outputTop + (stdout > 0 ? 3 : 0), 5, 2);
  }
  const yellow = colour("charts-yellow", "#bf8803");
  for (const { at } of state.bookmarks) {
    const x = Math.round(toPixels(at));
    tick(at, yellow, 1, bottom - 1, 1);
    context.fillRect(x, 1, 7, 6);
  }
  if (pointer !== undefined) {
    context.globalAlpha = 0.4;
    context.fillStyle = foreground;
    context.fillRect(Math.round(pointer.x), track.top - 3, 1, layout.height - track.top);
  }
  tick(here, foreground, track.top - 4, layout.height - track.top, 1, 0.8);
  tick(here, foreground, track.top - 4, track.height + 8, 2);
  context.beginPath();
  context.arc(toPixels(here), track.top + track.height / 2, 4, 0, 2 * Math.PI);
  context.fill();
}

/** Draws what happened: marks, a scale, and the functions that were active. */
export function drawPicture(view, picture) {
  drawScale(view);
  if (picture === undefined) return;
  const { context, toPixels, width } = view;
  // A line below what was looked at.
  context.fillStyle = colour("foreground", "#888");
  context.globalAlpha = 0.18;
  const baseline = happenings.top + happenings.height;
  for (const { from, to } of picture.scanned) {
    const [left, right] = [Math.max(0, toPixels(from)), Math.min(width, toPixels(to))];
    if (right > left) context.fillRect(left, baseline, right - left, 1);
  }
  drawLanes(view, picture);
  context.globalAlpha = 1;
  for (const kind of ["call", "write", "exception", "breakpoint"]) {
    for (const mark of picture.marks) {
      const x = toPixels(mark.at);
      if (mark.kind === kind && x >= 0 && x <= width) symbols[kind](context, x);
    }
  }
}

const middle = happenings.top + happenings.height / 2;

function shape(context, fill, points) {
  context.fillStyle = fill;
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  context.closePath();
  context.fill();
}

/** The sign of each kind of mark: they differ in form, not in colour alone. */
const symbols = {
  call: (context, x) => {
    context.fillStyle = colour("charts-blue", "#1a85ff");
    context.globalAlpha = 0.75;
    context.fillRect(Math.round(x) - 0.5, happenings.top + 2, 1, happenings.height - 3);
    context.globalAlpha = 1;
  },
  write: (context, x) =>
    shape(context, colour("charts-purple", "#652d90"), [
      [x, middle - 4.5],
      [x + 3.5, middle],
      [x, middle + 4.5],
      [x - 3.5, middle],
    ]),
  exception: (context, x) =>
    shape(context, colour("editorWarning-foreground", "#bf8803"), [
      [x, middle - 4.5],
      [x + 4.5, middle + 3.5],
      [x - 4.5, middle + 3.5],
    ]),
  breakpoint: (context, x) => {
    context.fillStyle = colour("debugIcon-breakpointForeground", "#e51400");
    context.beginPath();
    context.arc(x, middle, 3.5, 0, 2 * Math.PI);
    context.fill();
  },
};

/** Round counts below the bar, as many as there is room for. */
function drawScale({ context, toPixels, width, part: { first, last } }) {
  const room = Math.max(2, Math.floor(width / 90));
  const rough = (last - first) / room;
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1)));
  const step = [1, 2, 5, 10].map((digit) => digit * power).find((one) => one >= rough) ?? power;
  context.font = `10px ${style("font-family") || "sans-serif"}`;
  context.textBaseline = "top";
  context.fillStyle = colour("descriptionForeground", "#888");
  const isPart = last - first < last / 100;
  for (let at = Math.ceil(first / step) * step; at <= last; at += step) {
    const x = toPixels(at);
    context.globalAlpha = 0.5;
    context.fillRect(Math.round(x), scaleTop, 1, 3);
    const text = at < 100_000 || isPart ? format.format(at) : compact.format(at);
    const { width: length } = context.measureText(text);
    context.globalAlpha = 1;
    const left = Math.min(Math.max(0, x - length / 2), width - length);
    context.fillText(text, left, scaleTop + 3);
  }
}

const laneColours = [
  ["charts-blue", "#1a85ff"],
  ["charts-green", "#388a34"],
  ["charts-purple", "#652d90"],
  ["charts-yellow", "#bf8803"],
  ["terminal-ansiCyan", "#0598bc"],
  ["terminal-ansiMagenta", "#bc05bc"],
];

/** The same function has the same colour everywhere. */
function colourOf(name) {
  let hash = 0;
  for (const character of name) hash = (hash * 31 + character.codePointAt(0)) >>> 0;
  return colour(...laneColours[hash % laneColours.length]);
}

function drawLanes({ context, layout: { lane }, toPixels, width }, picture) {
  const foreground = colour("foreground", "#888");
  const contrast = isHighContrast();
  const gap = lane > 5 ? 1 : 0;
  context.font = `${Math.min(11, lane - 3)}px ${style("font-family") || "sans-serif"}`;
  context.textBaseline = "middle";
  for (const [row, spans] of lanesOf(picture).entries()) {
    const top = lanesTop + row * lane;
    for (const { from, to, name, calls, path } of spans) {
      const left = Math.max(0, toPixels(from));
      const right = Math.min(width, Math.max(toPixels(to), toPixels(from) + 0.75));
      if (right <= left) continue;
      const size = right - left - (right - left > 3 ? 1 : 0);
      const alpha = calls > 1 ? 0.28 : row % 2 === 0 ? 0.42 : 0.55;
      context.globalAlpha = contrast ? 1 : path === undefined ? alpha : 0.25;
      if (contrast) {
        context.strokeStyle = colour("contrastBorder", foreground);
        context.strokeRect(left + 0.5, top + 0.5, Math.max(0, size - 1), lane - gap - 1);
      } else {
        context.fillStyle = name === "" ? foreground : colourOf(name);
        context.fillRect(left, top, size, lane - gap);
      }
      if (lane < namedLane || size < 14) continue;
      const text = calls > 1 ? `${calls} × ${name || "…"}` : path ? `${path} › ${name}` : name;
      context.save();
      context.beginPath();
      context.rect(left, top, size - 2, lane);
      context.clip();
      context.globalAlpha = 1;
      context.fillStyle = foreground;
      context.fillText(text, left + 3, top + (lane - gap) / 2);
      context.restore();
    }
  }
}
