# Run by GDB's Python: steps programs under QEMU by lines, and writes where each step ends. The jobs
# come as JSON in the file that HARTBEAT_JOBS names.
import json
import os
import subprocess
import time

import gdb


def place():
    names = []
    frame = gdb.newest_frame()
    while frame is not None and len(names) < 8:
        names.append("%s:%d" % (frame.name(), frame.find_sal().line))
        if frame.name() == "main":
            break
        frame = frame.older()
    return " < ".join(names)


def is_running():
    thread = gdb.selected_thread()
    return thread is not None and thread.is_valid()


def run(job):
    gdb.execute("file " + job["program"], to_string=True)
    qemu = subprocess.Popen(
        [job["qemu"], "-g", job["socket"], job["program"]],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    places = []
    try:
        for _ in range(500):
            if os.path.exists(job["socket"]):
                break
            time.sleep(0.01)
        for turn in range(100):
            try:
                gdb.execute("target remote " + job["socket"], to_string=True)
                break
            except gdb.error:
                if turn == 99:
                    raise
                time.sleep(0.02)
        gdb.execute("break main", to_string=True)
        gdb.execute("continue", to_string=True)
        gdb.execute("delete", to_string=True)
        places.append(place())
        for _ in range(job["count"]):
            gdb.execute(job["command"], to_string=True)
            # What is before main has no lines, and behind it there may be nothing.
            if not is_running() or "main:" not in place():
                break
            places.append(place())
        if is_running():
            gdb.execute("kill")
    except gdb.error as error:
        places.append("failed: " + str(error))
    finally:
        qemu.kill()
        qemu.wait()
        if os.path.exists(job["socket"]):
            os.remove(job["socket"])
    return places


for setting in ("confirm off", "pagination off", "width 0"):
    gdb.execute("set " + setting)
gdb.execute("handle SIGUSR1 SIGUSR2 nostop noprint pass", to_string=True)
with open(os.environ["HARTBEAT_JOBS"]) as text:
    jobs = json.load(text)
with open(os.environ["HARTBEAT_JOBS"] + ".answers", "w") as answers:
    json.dump([run(job) for job in jobs], answers)
