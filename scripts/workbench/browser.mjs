/** Opens an address in the person's browser, where there is one. It never fails. */
import { spawn } from "node:child_process";

const openers = {
  darwin: ["open"],
  win32: ["rundll32", "url.dll,FileProtocolHandler"],
};

/** Starts the platform's opener; silence is the answer where there is no browser or no screen. */
export function openBrowser(url) {
  const isHeadless =
    process.platform === "linux" && !process.env["DISPLAY"] && !process.env["WAYLAND_DISPLAY"];
  if (isHeadless) return;
  const [command, ...args] = openers[process.platform] ?? ["xdg-open"];
  const child = spawn(command, [...args, url], { detached: true, stdio: "ignore" });
  child.on("error", () => {});
  child.unref();
}
