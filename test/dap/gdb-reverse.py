# Run by GDB's Python: goes back step by step through a run that QEMU replays, and writes where each
# step ends. What to do comes as JSON in the file that HARTBEAT_JOB names.
import json
import os

import gdb

with open(os.environ["HARTBEAT_JOB"]) as text:
    job = json.load(text)


def place():
    names = []
    frame = gdb.newest_frame()
    while frame is not None and len(names) < 4:
        names.append("%s:%d" % (frame.name(), frame.find_sal().line))
        if frame.name() == "main":
            break
        frame = frame.older()
    return hex(gdb.newest_frame().pc()) + " " + " < ".join(names)


for setting in ("confirm off", "pagination off", "width 0"):
    gdb.execute("set " + setting)
gdb.execute("file " + job["program"], to_string=True)
gdb.execute("target remote " + job["socket"], to_string=True)
gdb.execute("break " + job["stop"], to_string=True)
gdb.execute("continue", to_string=True)
gdb.execute("delete", to_string=True)
places = [place()]
while len(places) <= job["count"] and not places[-1].split(" ", 1)[1].startswith("main"):
    try:
        gdb.execute(job["command"], to_string=True)
    except gdb.error:
        # Out of main, where code has no lines.
        break
    places.append(place())
with open(os.environ["HARTBEAT_JOB"] + ".answer", "w") as answer:
    json.dump(places, answer)
gdb.execute("kill")
