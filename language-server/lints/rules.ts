/** The table of lints, in the order of the docs page. */
import type { Rule } from "./rule.ts";
import { absoluteInPic } from "./rules/absolute-in-pic.ts";
import { clobberedSavedRegister } from "./rules/clobbered-saved-register.ts";
import { codeInData } from "./rules/code-in-data.ts";
import { excessiveShift } from "./rules/excessive-shift.ts";
import { failingReservation } from "./rules/failing-reservation.ts";
import { fallThrough } from "./rules/fall-through.ts";
import { jumpIntoFunction } from "./rules/jump-into-function.ts";
import { jumpIntoInstruction } from "./rules/jump-into-instruction.ts";
import { lostOverCall } from "./rules/lost-over-call.ts";
import { lostReturnAddress } from "./rules/lost-return-address.ts";
import { misalignedAccess } from "./rules/misaligned-access.ts";
import { missingArgument } from "./rules/missing-argument.ts";
import { missingCodeFence } from "./rules/missing-code-fence.ts";
import { narrowedAddress } from "./rules/narrowed-address.ts";
import { outsideFrame } from "./rules/outside-frame.ts";
import { privilegedRegister } from "./rules/privileged-register.ts";
import { stackImbalance } from "./rules/stack-imbalance.ts";
import { stackMisalignment } from "./rules/stack-misalignment.ts";
import { storeToReadOnly } from "./rules/store-to-read-only.ts";
import { targetBeyondReach } from "./rules/target-beyond-reach.ts";
import { undefinedRegister } from "./rules/undefined-register.ts";
import { unknownEnvironmentCall } from "./rules/unknown-environment-call.ts";
import { unreachableCode } from "./rules/unreachable-code.ts";
import { unusedValue } from "./rules/unused-value.ts";
import { wordComparison } from "./rules/word-comparison.ts";
import { writeToZero } from "./rules/write-to-zero.ts";

/** All lints. */
export const rules: readonly Rule[] = [
  undefinedRegister,
  unusedValue,
  writeToZero,
  clobberedSavedRegister,
  lostOverCall,
  lostReturnAddress,
  stackImbalance,
  stackMisalignment,
  outsideFrame,
  unreachableCode,
  fallThrough,
  jumpIntoFunction,
  jumpIntoInstruction,
  targetBeyondReach,
  storeToReadOnly,
  codeInData,
  unknownEnvironmentCall,
  failingReservation,
  missingCodeFence,
  misalignedAccess,
  missingArgument,
  narrowedAddress,
  excessiveShift,
  wordComparison,
  privilegedRegister,
  absoluteInPic,
];
