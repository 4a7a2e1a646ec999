# Run by GDB's Python: stops programs under QEMU at given addresses and writes what GDB sees of the
# stack and its variables as JSON. The jobs come as JSON in the file that HARTBEAT_JOBS names.
import json
import os
import re
import subprocess
import time

import gdb

KINDS = (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION)
REFERENCES = (gdb.TYPE_CODE_REF, gdb.TYPE_CODE_RVALUE_REF)


def leaf(value, kind):
    # GDB calls what lies behind the described pieces of a value a pointer.
    if value.is_optimized_out or "synthetic" in str(value):
        return "optimised out"
    if kind == gdb.TYPE_CODE_FLT:
        return repr(float(value))
    if kind == gdb.TYPE_CODE_ENUM:
        return str(value)
    if kind in (gdb.TYPE_CODE_INT, gdb.TYPE_CODE_CHAR, gdb.TYPE_CODE_BOOL):
        return str(int(value))
    if kind == gdb.TYPE_CODE_PTR:
        return hex(int(value))
    return None


def leaves(path, value, found, depth):
    try:
        kind = value.type.strip_typedefs()
        if kind.code in REFERENCES:
            value = value.referenced_value()
            kind = value.type.strip_typedefs()
        if str(kind) == "&str":
            found[path] = str(value)
            return
        # Rust's elements are shown by themselves.
        if re.match(r"&(mut )?\[|(alloc::)?(vec::Vec<|string::String)", str(kind)):
            return
        if kind.code in KINDS and depth < 6:
            is_enumeration = any(field.name is None and field.artificial for field in kind.fields())
            for index, field in enumerate(kind.fields()):
                if not hasattr(field, "bitpos") or (is_enumeration and field.name is None):
                    continue
                name = field.name or ("{%d}" % index)
                leaves(path + "." + name, value[field], found, depth + 1)
            return
        if kind.code == gdb.TYPE_CODE_ARRAY:
            low, high = kind.range()
            for index in range(low, min(high, 7) + 1):
                leaves("%s[%d]" % (path, index), value[index], found, depth + 1)
            return
        text = leaf(value, kind.code)
        if text is not None:
            found[path] = text
    except (gdb.error, ValueError, RuntimeError) as error:
        found[path] = "optimised out" if "optimized" in str(error) or "synthetic" in str(error) or "implicit" in str(error) else "? " + str(error)


def variables(frame):
    found = []
    try:
        block = frame.block()
    except RuntimeError:
        return found
    seen = {}
    while block is not None:
        for symbol in block:
            is_wanted = symbol.is_argument or symbol.is_variable
            # Variables with a constant for a value, and declared ones, are none of both.
            is_constant = symbol.addr_class in (gdb.SYMBOL_LOC_CONST, gdb.SYMBOL_LOC_CONST_BYTES, gdb.SYMBOL_LOC_UNRESOLVED)
            if not (is_wanted or is_constant) or symbol.name is None:
                continue
            hiding = seen.get(symbol.name, 0)
            seen[symbol.name] = hiding + 1
            number = "" if hiding < 2 else " %d" % hiding
            name = symbol.name if hiding == 0 else "%s (shadowed%s)" % (symbol.name, number)
            values = {}
            try:
                leaves(symbol.name, symbol.value(frame), values, 0)
            except (gdb.error, RuntimeError) as error:
                values[symbol.name] = "? " + str(error)
            found.append(
                {
                    "name": name,
                    "isArgument": symbol.is_argument,
                    "type": str(symbol.type),
                    "values": values,
                }
            )
        if block.function is not None:
            break
        block = block.superblock
    return found


def stack():
    frames = []
    frame = gdb.newest_frame()
    while frame is not None and len(frames) < 8:
        sal = frame.find_sal()
        # GDB calls the trampoline by no name.
        name = "<signal>" if frame.type() == gdb.SIGTRAMP_FRAME else frame.name()
        frames.append(
            {"name": name, "line": sal.line, "variables": variables(frame)}
        )
        frame = frame.older()
    return frames


def run(job):
    gdb.execute("delete", to_string=True)
    gdb.execute("file " + job["program"], to_string=True)
    qemu = subprocess.Popen(
        [job["qemu"], "-g", job["socket"], job["program"]],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        end = time.time() + 10
        while True:
            try:
                # GDB would wait for seconds between its own attempts.
                if os.path.exists(job["socket"]):
                    gdb.execute("target remote " + job["socket"], to_string=True)
                    break
            except gdb.error:
                if time.time() > end:
                    raise
            time.sleep(0.01)
        for address in sorted(set(job["addresses"])):
            gdb.execute("break *" + address, to_string=True)
        stops = []
        for _ in job["addresses"]:
            gdb.execute("continue", to_string=True)
            stops.append({"pc": hex(gdb.newest_frame().pc()), "frames": stack()})
        return stops
    except gdb.error as error:
        return [{"pc": "failed: " + str(error), "frames": []}]
    finally:
        try:
            gdb.execute("kill", to_string=True)
        except gdb.error:
            pass
        qemu.kill()
        qemu.wait()


gdb.execute("set confirm off")
gdb.execute("set pagination off")
gdb.execute("set breakpoint pending off")
# Signals are the program's own.
gdb.execute("handle SIGUSR1 SIGUSR2 nostop noprint pass", to_string=True)
with open(os.environ["HARTBEAT_JOBS"]) as text:
    jobs = json.load(text)
with open(os.environ["HARTBEAT_JOBS"] + ".answers", "w") as answers:
    json.dump([run(job) for job in jobs], answers)
