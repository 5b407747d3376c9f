"""A headless Chromium, spoken to over its DevTools pipe."""

import json
import os
import select
import subprocess

# Seconds for one answer of the browser.
PATIENCE = 120


class Browser:
    """A headless Chromium with one tab. What it says unasked is kept in `events`."""

    def __init__(self, profile):
        to_browser, self.write_end = os.pipe()
        self.read_end, from_browser = os.pipe()

        def connect():
            # Chromium reads from 3 and writes to 4. The ends may have these numbers already, so they go aside first.
            ends = [os.dup2(to_browser, 101), os.dup2(from_browser, 102)]
            for end, number in zip(ends, (3, 4)):
                os.dup2(end, number, inheritable=True)

        command = ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                   "--no-first-run", "--disable-background-networking", "--disable-component-update",
                   "--remote-debugging-pipe", f"--user-data-dir={profile}", "about:blank"]
        self.process = subprocess.Popen(command, preexec_fn=connect, close_fds=False,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.unread, self.asked, self.events, self.session = b"", 0, [], None
        tab = next(each for each in self.ask("Target.getTargets")["targetInfos"] if each["type"] == "page")
        self.session = self.ask("Target.attachToTarget", targetId=tab["targetId"], flatten=True)["sessionId"]

    def message(self):
        while b"\0" not in self.unread:
            if not select.select([self.read_end], [], [], PATIENCE)[0]:
                raise SystemExit(f"Chromium has said nothing for {PATIENCE} s")
            read = os.read(self.read_end, 1 << 20)
            if not read:
                raise SystemExit("Chromium has ended before its time")
            self.unread += read
        text, self.unread = self.unread.split(b"\0", 1)
        return json.loads(text)

    def ask(self, method, **parameters):
        self.asked += 1
        question = {"id": self.asked, "method": method, "params": parameters}
        if self.session:
            question["sessionId"] = self.session
        os.write(self.write_end, json.dumps(question).encode() + b"\0")
        while True:
            answer = self.message()
            if answer.get("id") == self.asked:
                if "error" in answer:
                    raise SystemExit(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)

    def wait_for(self, event):
        while not any(each.get("method") == event for each in self.events):
            self.events.append(self.message())

    def run(self, script):
        """The value of a JavaScript expression."""
        result = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise SystemExit(f"{script}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def press(self, key, code, text=""):
        for kind in ("keyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key if len(key) > 1 else "Space",
                     windowsVirtualKeyCode=code, text=text if kind == "keyDown" else "")

    def size(self, width, height):
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                 mobile=width < 500)

    def end(self):
        os.close(self.write_end)
        self.process.wait(PATIENCE)
