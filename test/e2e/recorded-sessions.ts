/**
 * The recorded debug sessions of test/dap/sessions, as the bundle of suite.ts brings them along:
 * extension-host.e2e.ts reads the files and puts them where {@link recorded} stands.
 */

/** Texts by file name: the sessions without those that need outside tools, and their programs. */
export interface Recorded {
  readonly sessions: Readonly<Record<string, string>>;
  readonly programs: Readonly<Record<string, string>>;
}

/** Replaced by the texts themselves when the suite is bundled. */
declare const RECORDED_SESSIONS: Recorded;

export function recorded(): Recorded {
  return RECORDED_SESSIONS;
}
