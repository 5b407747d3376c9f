"""Event records through the block: offered at their port, written to memory, drained by software over APB."""

import json
import os
import random
import time
from collections import deque

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import ClockCycles, Event, RisingEdge

RECORDS = int(os.environ["RECORDS"])
LOG2SIZE = 8
ENTRIES = 1 << LOG2SIZE
BASE = 0x8000_0000
READY = 0.7
LATENCY = (1, 16)

CR0, CR0ACK, IRQ_CTRL, IRQ_CTRLACK = 0x20, 0x24, 0x50, 0x54
EVENTQ_BASE_LO, EVENTQ_BASE_HI = 0xA0, 0xA4
EVENTQ_PROD, EVENTQ_CONS = 0x100A8, 0x100AC
EVENTQEN = 1 << 2
EVENTQ_IRQEN = 1 << 2


class Apb:
    """One access at a time."""

    def __init__(self, dut):
        self.dut = dut

    async def read(self, address):
        return await self._transfer(address, False, 0)

    async def write(self, address, value):
        await self._transfer(address, True, value)

    async def _transfer(self, address, write, value):
        dut = self.dut
        dut.paddr_i.value = address
        dut.pwrite_i.value = write
        dut.pwdata_i.value = value
        dut.psel_i.value = 1
        await RisingEdge(dut.clk_i)
        dut.penable_i.value = 1
        await RisingEdge(dut.clk_i)
        while not dut.pready_o.value:
            await RisingEdge(dut.clk_i)
        assert not dut.pslverr_o.value, f"access to {address:#x}"
        data = dut.prdata_o.value.to_unsigned()
        dut.psel_i.value = 0
        dut.penable_i.value = 0
        return data


class Memory:
    """Takes write bursts now and then, and answers each some cycles later."""

    def __init__(self, dut, rng):
        self.dut = dut
        self.rng = rng
        self.cycles = 0
        self.content = {}
        cocotb.start_soon(self._run())

    async def _run(self):
        dut, rng = self.dut, self.rng
        addresses, bursts, beats, responses = deque(), deque(), [], deque()
        ready = {"aw": False, "w": False, "b": False}
        while True:
            await RisingEdge(dut.clk_i)
            self.cycles += 1
            if ready["aw"] and dut.awvalid_o.value:
                assert dut.awlen_o.value.to_unsigned() == 1
                addresses.append(dut.awaddr_o.value.to_unsigned())
            if ready["w"] and dut.wvalid_o.value:
                assert dut.wstrb_o.value.to_unsigned() == 0xFFFF
                beats.append(dut.wdata_o.value.to_unsigned())
                if dut.wlast_o.value:
                    bursts.append(beats)
                    beats = []
            if ready["b"] and dut.bready_o.value:
                _, address, (low, high) = responses.popleft()
                self.content[address] = low | high << 128
            while addresses and bursts:
                due = self.cycles + rng.randint(*LATENCY)
                responses.append((due, addresses.popleft(), bursts.popleft()))
            now = {
                "aw": rng.random() < READY,
                "w": rng.random() < READY,
                "b": bool(responses) and responses[0][0] <= self.cycles,
            }
            if now["aw"] != ready["aw"]:
                dut.awready_i.value = now["aw"]
            if now["w"] != ready["w"]:
                dut.wready_i.value = now["w"]
            if now["b"] != ready["b"]:
                dut.bvalid_i.value = now["b"]
            ready = now


class Scoreboard:
    """Each record comes out once, in order, as it went in."""

    def __init__(self):
        self.expected = deque()
        self.drained = 0

    def room(self):
        return len(self.expected) < ENTRIES

    def offered(self, record):
        self.expected.append(record)

    def took(self, record):
        assert record == self.expected.popleft(), f"record {self.drained}"
        self.drained += 1


async def offer(dut, rng, scoreboard):
    """A device that leaves room in the queue."""
    for _ in range(RECORDS):
        await ClockCycles(dut.clk_i, rng.randint(1, 8))
        while not scoreboard.room():
            await RisingEdge(dut.clk_i)
        record = 0x10 | rng.getrandbits(32) << 32 | rng.getrandbits(52) << 140
        scoreboard.offered(record)
        dut.term_record_i.value = record
        dut.term_valid_i.value = 1
        await RisingEdge(dut.clk_i)
        while not dut.term_ready_o.value:
            await RisingEdge(dut.clk_i)
        dut.term_valid_i.value = 0


async def watch_interrupt(dut, pending):
    while True:
        await RisingEdge(dut.irq_eventq_o)
        pending.set()


async def set_up(apb):
    await apb.write(EVENTQ_BASE_LO, BASE | LOG2SIZE)
    await apb.write(EVENTQ_BASE_HI, 0)
    await apb.write(EVENTQ_PROD, 0)
    await apb.write(EVENTQ_CONS, 0)
    await apb.write(IRQ_CTRL, EVENTQ_IRQEN)
    while await apb.read(IRQ_CTRLACK) != EVENTQ_IRQEN:
        pass
    await apb.write(CR0, EVENTQEN)
    while await apb.read(CR0ACK) != EVENTQEN:
        pass


async def drain(apb, memory, pending, scoreboard):
    cons = 0
    while scoreboard.drained < RECORDS:
        await pending.wait()
        pending.clear()
        prod = await apb.read(EVENTQ_PROD)
        while cons != prod:
            while cons != prod:
                scoreboard.took(memory.content[BASE + 32 * (cons % ENTRIES)])
                cons = (cons + 1) % (2 * ENTRIES)
                await apb.write(EVENTQ_CONS, cons)
            prod = await apb.read(EVENTQ_PROD)


def idle(dut):
    inputs = [
        "psel_i", "penable_i", "pwrite_i", "paddr_i", "pwdata_i", "pprot_i", "awready_i", "wready_i", "bvalid_i",
        "bid_i", "bresp_i", "arready_i", "rvalid_i", "rid_i", "rdata_i", "rresp_i", "rlast_i", "term_valid_i",
        "term_record_i", "stall_valid_i", "stall_record_i", "ppr_valid_i", "ppr_message_i", "ppr_ste_valid_i",
        "ppr_ste_ppar_i", "ppr_secure_i", "prg_ready_i", "cmd_ready_i", "sync_ready_i", "sync_atc_error_i",
    ]  # fmt: skip
    for name in inputs:
        getattr(dut, name).value = 0
    dut.pstrb_i.value = 0xF


@cocotb.test()
async def events(dut):
    rng = random.Random(1)
    idle(dut)
    dut.rst_ni.value = 0
    Clock(dut.clk_i, 10, "ns").start()
    await ClockCycles(dut.clk_i, 3)
    dut.rst_ni.value = 1

    start = time.perf_counter()
    apb, memory, scoreboard, pending = Apb(dut), Memory(dut, rng), Scoreboard(), Event()
    cocotb.start_soon(watch_interrupt(dut, pending))
    await set_up(apb)
    cocotb.start_soon(offer(dut, rng, scoreboard))
    await drain(apb, memory, pending, scoreboard)
    seconds = time.perf_counter() - start

    assert not scoreboard.expected
    with open(os.environ["RESULT"], "w") as file:
        json.dump({"records": scoreboard.drained, "cycles": memory.cycles, "seconds": seconds}, file)
