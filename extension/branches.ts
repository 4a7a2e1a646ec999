/** The branches of the run in front, as a list: a branch is gone to, renamed or deleted there. */
import {
  commands,
  type Disposable,
  type QuickPickItem,
  type QuickPickItemButtonEvent,
  ThemeIcon,
  window,
} from "vscode";
import { formatCount } from "./points.ts";
import { withRun } from "./travel-commands.ts";
import type { Run, Travels } from "./travels.ts";

/** What the adapter answers to `hartbeat/branches`; counts are decimal text. */
interface Branch {
  readonly name: string;
  readonly isCurrent: boolean;
  readonly since: string;
  readonly end: string;
  readonly at: string;
  readonly hasEnded: boolean;
}

interface BranchItem extends QuickPickItem {
  readonly branch: Branch;
}

const rename = { iconPath: new ThemeIcon("edit"), tooltip: "Rename" };
const remove = { iconPath: new ThemeIcon("trash"), tooltip: "Delete" };

function itemOf(branch: Branch): BranchItem {
  const { name, isCurrent, since, end, at, hasEnded } = branch;
  const counts = [since, end, at].map((count) => formatCount(BigInt(count)));
  const [from, to, left] = counts as [string, string, string];
  const start = BigInt(since) === 0n ? "from the start" : `from instruction ${from} on`;
  return {
    branch,
    label: `$(${isCurrent ? "check" : "git-branch"}) ${name}`,
    description: isCurrent ? "the present one" : `left at instruction ${left}`,
    detail: `${start}, to instruction ${to}${hasEnded ? ", where the program ends" : ""}`,
    buttons: isCurrent ? [rename] : [rename, remove],
  };
}

async function branchesOf({ session }: Run): Promise<readonly Branch[]> {
  const { branches } = await session.customRequest("hartbeat/branches");
  return branches;
}

async function renameBranch(run: Run, travels: Travels, { name }: Branch): Promise<void> {
  const others = (await branchesOf(run)).filter((branch) => branch.name !== name);
  const to = await window.showInputBox({
    title: `Rename the branch ${name}`,
    value: name,
    validateInput: (text) => {
      const wanted = text.trim();
      if (wanted === "") return "Type a name.";
      return others.some((branch) => branch.name === wanted)
        ? `There is a branch "${wanted}" already.`
        : undefined;
    },
  });
  if (to === undefined || to.trim() === name) return;
  await run.session.customRequest("hartbeat/renameBranch", { name, to: to.trim() });
  run.renameBranch(name, to.trim());
  travels.changed(run);
}

async function deleteBranch(run: Run, travels: Travels, { name }: Branch): Promise<void> {
  await run.session.customRequest("hartbeat/deleteBranch", { name });
  run.forgetBranch(name);
  travels.changed(run);
}

/** Shows the list until a branch is chosen or the list is left. */
async function showBranches(run: Run, travels: Travels): Promise<void> {
  const list = window.createQuickPick<BranchItem>();
  list.title = "Branches of the run";
  list.placeholder = "Choose the branch to go to";
  const refresh = async () => {
    list.items = (await branchesOf(run)).map(itemOf);
  };
  const change = async ({ button, item }: QuickPickItemButtonEvent<BranchItem>) => {
    if (button === rename) {
      list.hide();
      await withRun(travels, () => renameBranch(run, travels, item.branch));
    } else {
      await withRun(travels, () => deleteBranch(run, travels, item.branch));
      await refresh();
    }
  };
  const choose = async () => {
    const branch = list.selectedItems[0]?.branch;
    list.hide();
    if (branch === undefined || branch.isCurrent) return;
    await withRun(travels, () => run.request("hartbeat/switchBranch", { name: branch.name }));
  };
  list.onDidTriggerItemButton((event) => void change(event));
  list.onDidAccept(() => void choose());
  list.onDidHide(() => list.dispose());
  await refresh();
  list.show();
}

/** Registers the command. */
export function registerBranches(travels: Travels): Disposable {
  return commands.registerCommand("hartbeat.branches", () =>
    withRun(travels, (run) => showBranches(run, travels)),
  );
}
