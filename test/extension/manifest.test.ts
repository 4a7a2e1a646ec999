/** What package.json announces, held against what the sources do. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { launchAttributes } from "../../debug-adapter/launch.ts";
import { engineNames } from "../../emulator/engines.ts";
import { environmentNames } from "../../emulator/process/layout.ts";
import { defaultColumns, readColumns } from "../../language-server/columns.ts";
import { defaultHints, defaultLenses } from "../../language-server/hint-settings.ts";
import { isSource } from "../../language-server/host.ts";

const root = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

interface Property {
  readonly type: string;
  readonly enum?: readonly string[];
  readonly enumDescriptions?: readonly string[];
  readonly description?: string;
  readonly markdownDescription?: string;
  readonly default?: unknown;
  readonly items?: unknown;
  readonly additionalProperties?: unknown;
}

const manifest = JSON.parse(read("package.json"));
const { contributes } = manifest;
const launch: { anyOf: { required: string[] }[]; properties: Record<string, Property> } =
  contributes.debuggers[0].configurationAttributes.launch;
const settings: Record<string, Property> = contributes.configuration.properties;
const sources = readdirSync(join(root, "extension"))
  .map((name) => read(`extension/${name}`))
  .join("\n");

const described = ({ description, markdownDescription }: Property) =>
  description ?? markdownDescription ?? "";

describe("package.json", () => {
  it("offers the launch attributes that the adapter takes, with their types and values", () => {
    const { defaults, ...taken } = launchAttributes;
    assert.ok(defaults, "the extension passes the settings");
    assert.deepEqual(Object.keys(launch.properties).sort(), Object.keys(taken).sort());
    for (const [name, { kind }] of Object.entries(taken)) {
      const offered = launch.properties[name] as Property;
      const { minLength, ...schema } = kind.schema;
      for (const [key, value] of Object.entries(schema)) {
        assert.deepEqual(offered[key as keyof Property], value, `${name}: ${key}`);
      }
      const isOptional = name !== "program" && name !== "recording";
      assert.ok(!isOptional || offered.default === undefined || kind.accepts(offered.default));
    }
    const alternatives = launch.anyOf.map(({ required }) => required);
    assert.deepEqual(alternatives, [["program"], ["recording"]]);
  });

  it("describes each attribute, setting and value in words", () => {
    for (const [name, property] of Object.entries({ ...launch.properties, ...settings })) {
      assert.match(described(property), /\S/, name);
      const { enum: values, enumDescriptions: words } = property;
      if (words !== undefined) assert.equal(words.length, values?.length, name);
    }
  });

  it("has settings that something reads, with the values that it knows", () => {
    const read = [...sources.matchAll(/\.get<(?:string(?:\[\])?|boolean)>\("(\w+)"\)/g)].map(
      (match) => match[1],
    );
    // The client library reads trace.server itself.
    const columns = ["mnemonicColumn", "operandColumn", "commentColumn", "directives", "adapt"];
    const served = [
      ...columns.map((name) => `format.${name}`),
      ...Object.keys(defaultHints).map((name) => `inlayHints.${name}`),
      ...Object.keys(defaultLenses).map((name) => `codeLens.${name}`),
      "lints",
      ...["path", "values"].map((name) => `decorations.${name}`),
    ];
    const names = [...new Set(read), ...served, "trace.server"];
    const expected = names.map((name) => `hartbeat.${name}`);
    const byDefault = (name: string, key: string) => settings[`hartbeat.${name}.${key}`]?.default;
    for (const [key, value] of Object.entries(defaultHints))
      assert.equal(byDefault("inlayHints", key), value);
    for (const [key, value] of Object.entries(defaultLenses))
      assert.equal(byDefault("codeLens", key), value);
    const format = Object.fromEntries(columns.map((name) => [name, byDefault("format", name)]));
    assert.deepEqual(readColumns(format), defaultColumns);
    assert.deepEqual(Object.keys(settings).sort(), expected.sort());
    assert.deepEqual(settings["hartbeat.environment"]?.enum, environmentNames);
    assert.deepEqual(settings["hartbeat.radix"], {
      ...settings["hartbeat.radix"],
      enum: launch.properties["radix"]?.enum,
      enumDescriptions: launch.properties["radix"]?.enumDescriptions,
    });
    assert.ok(launchAttributes.march.kind.accepts(settings["hartbeat.march"]?.default));
    assert.ok(engineNames.some((name) => name === launch.properties["engine"]?.default));
  });

  it("has commands that are registered, and shows no others", () => {
    const contributed = contributes.commands.map(({ command }: { command: string }) => command);
    const registered = [...sources.matchAll(/registerCommand\("([\w.]+)"/g)].map((m) => m[1]);
    assert.deepEqual(contributed.sort(), registered.sort());
    const used = JSON.stringify([contributes.menus, contributes.walkthroughs]).matchAll(
      /(?:"command":"|command:|onCommand:)(hartbeat\.\w+)/g,
    );
    for (const [, command] of used) assert.ok(contributed.includes(command), command);
  });

  it("is activated for what it provides", () => {
    const { type } = contributes.debuggers[0];
    assert.match(sources, new RegExp(`registerDebugConfigurationProvider\\(\\s*"${type}"`));
    assert.deepEqual(manifest.activationEvents, [
      `onDebugResolve:${type}`,
      `onDebugDynamicConfigurations:${type}`,
      `onTaskType:${contributes.taskDefinitions[0].type}`,
    ]);
    assert.match(sources, new RegExp(`registerTaskProvider\\("${type}"`));
  });

  it("names files that are there or are built", async () => {
    // A script, so that TypeScript knows nothing of it.
    const script = "../../scripts/build.mjs";
    const { bundles } = (await import(script)) as { bundles: readonly (readonly string[])[] };
    const built = bundles.map(([, name]) => `./dist/${name}`);
    for (const entry of [manifest.main, manifest.browser, manifest.bin.hartbeat])
      assert.ok(built.includes(entry), entry);
    const named = [
      ...contributes.languages.map((one: { configuration: string }) => one.configuration),
      ...contributes.grammars.map((one: { path: string }) => one.path),
      ...contributes.walkthroughs[0].steps.map(
        (step: { media: { markdown: string } }) => step.media.markdown,
      ),
    ];
    for (const path of named) assert.ok(existsSync(join(root, path)), path);
  });

  it("gives the language to the files that the server takes for sources", () => {
    const extensions: string[] = contributes.languages[0].extensions;
    for (const extension of [".s", ".S", ".asm"]) {
      assert.ok(extensions.includes(extension), extension);
      assert.ok(isSource(`file:///program${extension}`), extension);
    }
  });

  it("matches the lines that a build prints", () => {
    const { regexp, file, line, column, severity, message } =
      contributes.problemMatchers[0].pattern;
    const match = new RegExp(regexp).exec("sub/hello.s:3:5: error: There is no instruction.");
    assert.deepEqual(
      [file, line, column, severity, message].map((index: number) => match?.[index]),
      ["sub/hello.s", "3", "5", "error", "There is no instruction."],
    );
  });
});

describe("the documents at the root", () => {
  for (const name of ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"]) {
    it(`${name} names scripts, files and folders that there are`, () => {
      const text = read(name);
      for (const [, script] of text.matchAll(/`npm run ([\w:-]+)/g))
        assert.ok(manifest.scripts[script as string], script);
      for (const [, path] of text.matchAll(/\]\((?!https?:)([^)#]+)/g))
        assert.ok(existsSync(join(root, path as string)), path);
      for (const [, path] of text.matchAll(/`([\w-]+\/[\w/.-]*\.\w+|[\w/-]+\/)`/g))
        if (!(path as string).startsWith("hartbeat/")) assert.ok(resolves(path as string), path);
    });
  }
});

/** A path from the root; ARCHITECTURE.md shortens what is inside of the folder it speaks of. */
function resolves(path: string): boolean {
  return ["", "emulator", "dist"].some((folder) => existsSync(join(root, folder, path)));
}
