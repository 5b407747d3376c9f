// SPDX-License-Identifier: Apache-2.0 OR MIT

// Puts each module of properties inside the module that it is about.
bind smmuq_fifo2 smmuq_fifo2_proof #(.Width(Width)) u_proof (.*);
bind smmuq_circq smmuq_circq_proof #(
  .Qs(Qs),
  .Oas(Oas),
  .EntryLog2(EntryLog2),
  .CountWidth(CountWidth)
) u_proof (.*);
bind smmuq_eventq smmuq_eventq_proof #(.CountWidth(CountWidth)) u_proof (.*);
bind smmuq_priq smmuq_priq_proof #(
  .Pps(Pps),
  .CountWidth(CountWidth),
  .PointerWidth(PointerWidth)
) u_proof (.*);
bind smmuq_axi_write smmuq_axi_write_proof #(
  .Oas(Oas)
) u_proof (
  .aw_filled({u_aw_fifo.tail_valid_q, u_aw_fifo.head_valid_q}),
  .aw_items ({u_aw_fifo.tail_q, u_aw_fifo.head_q}),
  .w_filled ({u_w_fifo.tail_valid_q, u_w_fifo.head_valid_q}),
  .w_items  ({u_w_fifo.tail_q, u_w_fifo.head_q}),
  .*
);
bind smmuq_cmdq smmuq_cmdq_proof #(
  .CmdQs(CmdQs),
  .Oas(Oas),
  .Sev(Sev),
  .CountWidth(CountWidth)
) u_proof (.*);
bind smmuq_cmdq smmuq_command_proof #(
  .CmdQs(CmdQs),
  .Stall(Stall),
  .Pri(Pri),
  .Ats(Ats),
  .CountWidth(CountWidth)
) u_command_proof (.*);
bind smmuq_prg smmuq_prg_proof u_proof (.*);
bind smmuq smmuq_proof u_proof (
  .gerrorn    (u_regs.gerrorn),
  .cr0ack     (u_regs.cr0ack),
  .irq_ctrlack(u_regs.irq_ctrlack),
  .*
);
bind smmuq_msi smmuq_msi_proof #(.Oas(Oas)) u_proof (.*);
bind smmuq_rr smmuq_rr_proof #(.Sources(Sources)) u_proof (.*);
bind smmuq_regs smmuq_regs_proof #(
  .EventQs(EventQs),
  .PriQs(PriQs),
  .CmdQs(CmdQs),
  .Oas(Oas),
  .StallMax(StallMax),
  .Stall(Stall),
  .Pri(Pri),
  .Pps(Pps),
  .Msi(Msi),
  .Sev(Sev),
  .Ats(Ats)
) u_proof (.*);
