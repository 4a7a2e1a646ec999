/** What a recorded session cannot show: events, changed files, other kinds of client, bad files. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { capabilities } from "../../debug-adapter/capabilities.ts";
import { launchAttributes } from "../../debug-adapter/launch.ts";
import { splitArguments } from "../../debug-adapter/loader.ts";
import { runScript, type Transport } from "./session-script.ts";
import { openInProcess } from "./transports.ts";

const programs = fileURLToPath(new URL("./programs/", import.meta.url));
const sessions = fileURLToPath(new URL("./sessions/", import.meta.url));

/** Plays commands and gives what was answered, a command and its answers in turn. */
async function play(
  commands: readonly string[],
  options: { folder?: string; client?: Record<string, unknown> } = {},
): Promise<string[]> {
  const { folder = programs, client = {} } = options;
  const transport = openInProcess();
  const script = commands.map((command) => `> ${command}`).join("\n");
  const played = await runScript(script, transport, {
    resolve: (name) => join(folder, name),
    client,
  });
  await transport.close();
  return played.split("\n").filter((line) => !line.startsWith("> "));
}

describe("debug adapter", function () {
  this.timeout(30_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "hartbeat-dap-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("counts lines from 0 and names sources by URIs where the client does", async () => {
    const uri = pathToFileURL(join(programs, "loop.s")).href;
    const client = { linesStartAt1: false, columnsStartAt1: false, pathFormat: "uri" };
    const lines = await play(
      [
        "launch loop.s",
        "break loop.s:7",
        "start",
        'request stackTrace {"threadId": 1, "format": {"line": true}}',
        `request gotoTargets {"source": {"path": "${uri}"}, "line": 4}`,
        'request disassemble {"memoryReference": "0x10000", "instructionCount": 1}',
        "disconnect",
      ],
      { client },
    );
    assert.deepEqual(lines.slice(0, 2), [
      "set on line 7",
      "stopped (breakpoint) at _start loop.s:7",
    ]);
    const [stack, targets, code] = lines
      .slice(2)
      .map((line) => (line.startsWith("{") ? JSON.parse(line) : undefined));
    assert.equal(stack.stackFrames[0].name, "_start line 8");
    assert.equal(stack.stackFrames[0].line, 7);
    // The script shows paths of its own folder as names.
    assert.equal(stack.stackFrames[0].source.path, "file://loop.s");
    assert.equal(targets.targets[0].line, 4);
    assert.equal(code.instructions[0].line, 4);
    assert.equal(code.instructions[0].location.path, "file://loop.s");
  });

  it("opens recordings with the sources that are in them, where there are no such files", async () => {
    const file = join(folder, "a.s");
    const source = `    .globl _start\n_start:\n    la a0, value\n    lw a0, (a0)\n    li a7, 93\n    ecall\n    .data\nvalue: .word 7\n`;
    writeFileSync(file, source);
    const saved = "save r.hartbeat-recording";
    await play(["launch a.s", "break a.s:4", "start", saved, "disconnect"], { folder });
    const stack = 'request stackTrace {"threadId": 1}';
    const open = async () => {
      const lines = await play(
        [
          `launch x.s {"recording": "${join(folder, "r.hartbeat-recording")}"}`,
          "start",
          stack,
          'request source {"sourceReference": 1}',
          "print value",
          "break a.s:5",
          "break a.s:3",
          "reverse",
          "disconnect",
        ],
        { folder },
      );
      const found = lines.find((line) => line.includes("stackFrames")) ?? "";
      return { reference: /"sourceReference":(\d+)/.exec(found)?.[1], lines };
    };
    // The same text: it is the file. Another text, or no file: it is the recording's.
    assert.equal((await open()).reference, undefined);
    writeFileSync(file, source.replace("7", "8"));
    assert.equal((await open()).reference, "1");
    rmSync(file);
    const { reference, lines } = await open();
    assert.equal(reference, "1");
    assert.ok(lines.includes(JSON.stringify({ content: source })), lines.join("\n"));
    assert.ok(lines.includes("value = 7"), lines.join("\n"));
    assert.ok(lines.includes("stopped (breakpoint) at _start a.s:3"), lines.join("\n"));
  });

  it("refuses what is no recording in one sentence", async () => {
    writeFileSync(join(folder, "a.s"), "    .globl _start\n_start: nop\n");
    const path = join(folder, "r.hartbeat-recording");
    await play(["launch a.s", "start", "save r.hartbeat-recording", "disconnect"], { folder });
    const bytes = readFileSync(path);
    const open = async (contents: Uint8Array) => {
      writeFileSync(path, contents);
      return (await play([`launch x.s {"recording": "${path}"}`])).join("\n");
    };
    const cannot = "refused: The recording r.hartbeat-recording cannot be opened:";
    assert.equal(await open(bytes.subarray(0, 50)), `${cannot} its end is missing.`);
    assert.equal(
      await open(readFileSync(join(folder, "a.s"))),
      `${cannot} it is no recording of Hartbeat.`,
    );
    bytes[bytes.length - 9]! ^= 1;
    assert.equal(await open(bytes), `${cannot} it is damaged.`);
    rmSync(path);
    assert.match(
      (await play([`launch x.s {"recording": "${path}"}`])).join("\n"),
      /cannot be read/,
    );
  });

  it("builds again on a restart, and keeps the old program when that fails", async () => {
    const file = join(folder, "a.s");
    const source = (value: string) =>
      `    .globl _start\n_start:\n    li a0, ${value}\n    li a7, 93\n    ecall\n`;
    writeFileSync(file, source("1"));
    const transport = openInProcess();
    const told: string[] = [];
    const listening: Transport = {
      send: (message) => transport.send(message),
      onMessage: (listener) =>
        transport.onMessage((message) => {
          const { event, body } = message as { event?: string; body?: { reason?: string } };
          if (event === "loadedSource" || event === "module") told.push(`${event} ${body?.reason}`);
          listener(message);
        }),
    };
    const run = (script: string) =>
      runScript(script, listening, { resolve: (name) => join(folder, name) });
    assert.match(await run("> launch a.s\n> break a.s:4\n> start\n> regs a0"), /a0 = 0x0+1$/);
    writeFileSync(file, source("1, 2"));
    const failed = await run("> restart\n> regs a0");
    assert.match(
      failed,
      /refused: The program does not assemble: a\.s:3:\d+: .*\n> regs a0\na0 = 0x0+1$/,
    );
    writeFileSync(file, `\n${source("7")}`);
    assert.equal(
      (await run("> restart\n> regs a0\n> stack\n> continue")).replace(/0x0+/, ""),
      [
        "> restart",
        // The breakpoint on line 4 is on the instruction before now.
        "stopped (breakpoint) at _start a.s:4",
        "> regs a0",
        "a0 = ",
        "> stack",
        "_start a.s:4",
        "> continue",
        "! The program has ended with exit code 7.",
        "ended with exit code 7",
      ].join("\n"),
    );
    assert.deepEqual(told, ["module new", "module changed", "loadedSource changed"]);
    await transport.close();
  });

  it("tells a client that shows memory what a write has changed", async () => {
    const client = { supportsMemoryEvent: true, supportsInvalidatedEvent: true };
    const lines = await play(
      [
        "launch loop.s",
        "start",
        "memory &total 4",
        "memory &table 4",
        "assign total = 5",
        "event memory",
        "event memory",
        "event invalidated",
        "set Integer a0 = 1",
        "event invalidated",
      ],
      { client },
    );
    const [first, second] = lines
      .slice(4, 6)
      .map((line) => JSON.parse(line.slice("memory ".length)));
    assert.deepEqual(first, { memoryReference: "0x11000", offset: 0, count: 4 });
    assert.deepEqual(second, { memoryReference: "0x11004", offset: -4, count: 4 });
    assert.equal(lines[6], 'invalidated {"areas":["variables"]}');
    assert.equal(lines[8], 'invalidated {"areas":["variables","stacks"]}');
  });

  it("has memory that is shown read again at each stop, in the past, too", async () => {
    const lines = await play(
      [
        'launch loop.s {"stopOnEntry": true}',
        "start",
        "memory &total 4",
        "next",
        "event memory",
        "travel 0",
        "event memory",
      ],
      { client: { supportsMemoryEvent: true } },
    );
    const told = 'memory {"memoryReference":"0x11000","offset":0,"count":4}';
    assert.deepEqual([lines[3], lines[5]], [told, told]);
  });

  it("counts lines and columns from 0 for a client that does", async () => {
    const client = { linesStartAt1: false, columnsStartAt1: false };
    const lines = await play(
      [
        "launch loop.s",
        "break loop.s:8",
        "start",
        'request completions {"text": "tot", "column": 3}',
      ],
      { client },
    );
    assert.deepEqual(lines.slice(0, 2), [
      "set on line 8",
      "stopped (breakpoint) at _start loop.s:8",
    ]);
    assert.match(lines[2]!, /"label":"total".*"start":0/);
  });

  it("accepts a client that names no path format", async () => {
    const lines = await play(["launch loop.s", "start"], { client: { pathFormat: undefined } });
    assert.deepEqual(lines, ["stopped (entry) at _start loop.s:5"]);
  });

  for (const [what, bytes, why] of [
    ["an empty file", [], /not an ELF file/],
    ["text", [...new TextEncoder().encode("hello, world, this is no program")], /not an ELF file/],
    ["a truncated ELF file", [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0], /truncated/],
    [
      "another machine's program",
      [
        0x7f,
        0x45,
        0x4c,
        0x46,
        2,
        1,
        1,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        2,
        0,
        62,
        0,
        1,
        0,
        0,
        0,
        ...Array<number>(28).fill(0),
        64,
        0,
        56,
        0,
        0,
        0,
        64,
        0,
        0,
        0,
        0,
        0,
      ],
      /RISC-V/,
    ],
  ] as const) {
    it(`refuses ${what} in one sentence`, async () => {
      writeFileSync(join(folder, "program"), Uint8Array.from(bytes));
      const lines = await play(["launch program", "launch program"], { folder });
      assert.equal(lines.length, 2);
      for (const line of lines) {
        assert.match(line, why);
        assert.match(line, /^refused: Cannot load program: [A-Z].*\.$/);
      }
    });
  }

  it("asks by lines where a client has no dialogs", async () => {
    writeFileSync(
      join(folder, "ask.s"),
      [
        "# hartbeat: environment=rars",
        "    .data",
        'question: .asciz "Go on?"',
        "    .text",
        "main:",
        "    la a0, question",
        "    li a7, 50",
        "    ecall",
        "    li a7, 93",
        "    ecall",
      ].join("\n"),
    );
    const lines = await play(
      [
        'launch ask.s {"stopOnEntry": false}',
        "start-running",
        "output Go on?",
        "print <no",
        "wait",
      ],
      { folder },
    );
    assert.deepEqual(lines, [
      "seen",
      "<no = no",
      "! The program has ended with exit code 1.",
      "ended with exit code 1",
    ]);
  });

  it("shows a dialog once, though the program is paused meanwhile", async () => {
    writeFileSync(
      join(folder, "ask.s"),
      '# hartbeat: environment=rars\n.data\nq: .asciz "Go on?"\n.text\nmain: la a0, q\nli a7, 50\necall\nli a7, 93\necall\n',
    );
    const lines = await play(
      [
        'launch ask.s {"stopOnEntry": false}',
        "start-running",
        "event hartbeat/dialog",
        "pause",
        "run",
        'request hartbeat/dialogReply {"id": 1, "button": "cancel"}',
        "wait",
      ],
      { folder, client: { hartbeatTerminal: true, hartbeatDialogs: true } },
    );
    assert.deepEqual(lines, [
      'hartbeat/dialog {"id":1,"dialog":"confirm","severity":"question","text":"Go on?"}',
      "stopped (pause) at main ask.s:7",
      "{}",
      "ended with exit code 2",
    ]);
  });

  it("finds a compiler's source beside the program, and the client's name for it", async () => {
    const source = "    .globl _start\n_start:\n    li a7, 93\n    ecall\n";
    writeFileSync(join(folder, "here.s"), source);
    const lines = await play(["launch here.s", "start", "sources"], { folder });
    assert.deepEqual(lines, ["stopped (entry) at _start here.s:3", "here.s"]);
  });

  it("finds callers by frame information that is an expression", async () => {
    const source = `
      .globl _start
_start: call f
      li a7, 93
      ecall
      .type f, @function
f:    .cfi_startproc
      mv t0, sp
      sd ra, -8(t0)
      .cfi_escape 0x0f, 2, 0x72, 0
      .cfi_escape 0x10, 1, 2, 0x72, 0x78
      li ra, 0
      nop
      ld ra, -8(t0)
      ret
      .cfi_endproc
`;
    writeFileSync(join(folder, "frame.s"), source);
    const lines = await play(["launch frame.s", "break frame.s:13", "start", "stack"], { folder });
    assert.deepEqual(lines, [
      "set on line 13",
      "stopped (breakpoint) at f frame.s:13",
      "f frame.s:13",
      "_start frame.s:3",
    ]);
  });

  it("tells how far a long search has come, and lets the client cancel it", async () => {
    const source = `
      .globl _start
_start: la s1, value
      sw zero, 0(s1)
      li s0, 50000
loop: addi s0, s0, -1
      bnez s0, loop
      li a7, 93
      ecall
      .data
value: .word 1
`;
    writeFileSync(join(folder, "long.s"), source);
    // A condition to test in each turn of the loop takes its time.
    const search = [
      "break long.s:6 if s0 == -1",
      "watch value",
      'request reverseContinue {"threadId": 1}',
      "event progressStart",
    ];
    const lines = await play(
      [
        ...["launch long.s", "break long.s:8", "start"],
        ...search,
        'request cancel {"progressId": "hartbeat-1"}',
        "event progressEnd",
        "event stopped",
        'request hartbeat/goTo {"instructions": "100000"}',
        "event stopped",
        'request reverseContinue {"threadId": 1}',
        "event progressUpdate",
        "event progressEnd",
        "wait",
      ],
      { folder, client: { supportsProgressReporting: true } },
    );
    const [, , , , , start, , end, stop, , , , update] = lines;
    assert.match(
      start!,
      /^progressStart {"progressId":"hartbeat-1","title":"Going back","cancellable":true,"percentage":\d/,
    );
    assert.equal(end, 'progressEnd {"progressId":"hartbeat-1"}');
    assert.match(stop!, /"reason":"pause"/);
    assert.match(update!, /^progressUpdate {"progressId":"hartbeat-3","percentage":\d+}$/);
    assert.match(lines.at(-1)!, /^stopped \(data breakpoint, .*\) at _start long.s:4/);
  });

  it("announces nothing that no recorded session uses", () => {
    const texts = readdirSync(sessions).map((name) => readFileSync(join(sessions, name), "utf8"));
    const all = texts.join("\n");
    const uses: Readonly<Record<string, RegExp>> = {
      supportsConfigurationDoneRequest: /^> start/m,
      supportsFunctionBreakpoints: /^> break-function/m,
      supportsConditionalBreakpoints: /^> break .* if /m,
      supportsHitConditionalBreakpoints: /^> break .* hit /m,
      supportsLogPoints: /^> break .* log /m,
      supportsInstructionBreakpoints: /^> break-instruction/m,
      supportsDataBreakpoints: /^> watch /m,
      supportsDataBreakpointBytes: /"asAddress": true/,
      supportsBreakpointLocationsRequest: /^> locations/m,
      breakpointModes: /^> watch .* every/m,
      exceptionBreakpointFilters: /^stopped \(exception/m,
      supportsExceptionFilterOptions: /^> catch .* if /m,
      supportsExceptionInfoRequest: /^> exception/m,
      supportsEvaluateForHovers: /^> hover/m,
      supportsSetVariable: /^> set /m,
      supportsSetExpression: /^> assign /m,
      supportsClipboardContext: /"context": "clipboard"/,
      supportsCompletionsRequest: /^> complete/m,
      completionTriggerCharacters: /^> complete .*\$/m,
      supportsValueFormattingOptions: /"hex": true/,
      supportsReadMemoryRequest: /^> memory/m,
      supportsWriteMemoryRequest: /^> poke/m,
      supportsDisassembleRequest: /^> disassemble/m,
      supportsStepBack: /^> back/m,
      supportsSteppingGranularity: /^> (next|step) instruction/m,
      supportsStepInTargetsRequest: /^> step-targets/m,
      supportsRestartFrame: /^> restart-frame/m,
      supportsGotoTargetsRequest: /^> goto/m,
      supportsDelayedStackTraceLoading: /^> stack \d/m,
      supportsModulesRequest: /^> modules/m,
      supportsLoadedSourcesRequest: /^> sources/m,
      supportsRestartRequest: /^> restart/m,
      supportsTerminateRequest: /^> terminate/m,
      supportsCancelRequest: /^> request cancel/m,
      supportsANSIStyling: /^\| \\e\[/m,
    };
    assert.deepEqual(Object.keys(uses).sort(), Object.keys(capabilities).sort());
    for (const [name, use] of Object.entries(uses)) assert.match(all, use, name);
  });

  it("refuses a request that comes while the one before it sets the program going", async () => {
    const transport = openInProcess();
    const answers: { command: string; success: boolean; message?: string }[] = [];
    const stopped = new Promise<void>((resolve) => {
      transport.onMessage((message) => {
        const { type, event } = message as { type: string; event?: string };
        if (type === "response") answers.push(message as (typeof answers)[number]);
        if (event === "initialized") send("configurationDone");
        if (event !== "stopped") return;
        if (answers.at(-1)?.command !== "configurationDone") resolve();
        else for (const command of ["stepBack", "next", "hartbeat/goTo"]) send(command);
      });
    });
    let seq = 1;
    const send = (command: string, args: object = { threadId: 1, instructions: "0" }) =>
      transport.send({ seq: seq++, type: "request", command, arguments: args });
    send("initialize", { adapterID: "hartbeat" });
    send("launch", { program: join(programs, "loop.s"), stopOnEntry: true });
    await stopped;
    await transport.close();
    const said = answers.slice(3).map(({ message }) => message ?? "done");
    const running = "The program is running: pause it first.";
    assert.deepEqual(said, ["done", running, running]);
  });

  it("describes each launch attribute in a sentence", () => {
    for (const [name, { summary }] of Object.entries(launchAttributes)) {
      assert.match(summary, /^[A-Z].*\.$/s, name);
    }
  });

  it("splits arguments as a shell does", () => {
    for (const [text, words] of [
      ["", []],
      ["a  b", ["a", "b"]],
      ["'a b' \"c d\"", ["a b", "c d"]],
      ['x"y z"w "\\""', ["xy zw", '"']],
      ['""', [""]],
    ] as const) {
      assert.deepEqual(splitArguments(text), words, text);
    }
  });
});
