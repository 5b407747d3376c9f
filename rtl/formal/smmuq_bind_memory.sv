// SPDX-License-Identifier: Apache-2.0 OR MIT

// Adds what is assumed of the memory, and what is proved with it.
bind smmuq smmuq_memory #(
  .Outstanding(Outstanding)
) u_memory (
  .events_in_flight(u_eventq.in_flight),
  .messages_in_flight(gen_pri.u_priq.in_flight),
  .msi_in_flight(gen_msi.u_msi.in_flight_q),
  .event_waits(u_axi_write.event_valid_q),
  .message_waits(u_axi_write.pri_valid_q),
  .second_q(u_axi_write.second_q),
  .aw_filled({u_axi_write.u_aw_fifo.tail_valid_q, u_axi_write.u_aw_fifo.head_valid_q}),
  .aw_ids({u_axi_write.u_aw_fifo.tail_q[Oas+3-:2], u_axi_write.u_aw_fifo.head_q[Oas+3-:2]}),
  .due_o(),
  .*
);
bind smmuq smmuq_progress #(
  .Outstanding(Outstanding)
) u_progress (
  .due           (u_memory.due_o),
  .stall_writable(enabled.eventqen && !u_eventq.full && !gerror_active.eventq_abt_err),
  .lost          (gen_pri.u_priq.lost_q),
  .request       (u_axi_write.request),
  .begin_burst   (u_axi_write.begin_burst),
  .last_q        (u_axi_write.u_rr.last_q),
  .second_q      (u_axi_write.second_q),
  .aw_waits      (u_axi_write.u_aw_fifo.head_valid_q),
  .w_full        (u_axi_write.u_w_fifo.tail_valid_q),
  .*
);
bind smmuq smmuq_write_progress #(
  .CountWidth($clog2(Outstanding) + 1)
) u_write_progress (
  .events_in_flight(u_eventq.in_flight),
  .messages_in_flight(gen_pri.u_priq.in_flight),
  .msi_in_flight(gen_msi.u_msi.in_flight_q),
  .request(u_axi_write.request),
  .begin_burst(u_axi_write.begin_burst),
  .last_q(u_axi_write.u_rr.last_q),
  .second_q(u_axi_write.second_q),
  .aw_filled({u_axi_write.u_aw_fifo.tail_valid_q, u_axi_write.u_aw_fifo.head_valid_q}),
  .aw_ids({u_axi_write.u_aw_fifo.tail_q[Oas+3-:2], u_axi_write.u_aw_fifo.head_q[Oas+3-:2]}),
  .w_filled({u_axi_write.u_w_fifo.tail_valid_q, u_axi_write.u_w_fifo.head_valid_q}),
  .w_lasts({u_axi_write.u_w_fifo.tail_q[131], u_axi_write.u_w_fifo.head_q[131]}),
  .held_o(),
  .left_o(),
  .*
);
bind smmuq smmuq_msi_progress u_msi_progress (
  .wanted     (gen_msi.u_msi.wanted),
  .pending_q  (gen_msi.u_msi.pending_q),
  .in_flight_q(gen_msi.u_msi.in_flight_q),
  .grant      (gen_msi.u_msi.grant),
  .sent       (gen_msi.u_msi.sent),
  .last_q     (gen_msi.u_msi.u_rr.last_q),
  .held       (u_write_progress.held_o),
  .left       (u_write_progress.left_o),
  .left_o     (),
  .*
);
bind smmuq smmuq_update_progress #(
  .Outstanding(Outstanding)
) u_update_progress (
  .cr0               (u_regs.cr0),
  .cr0ack            (u_regs.cr0ack),
  .irq_ctrl          (u_regs.irq_ctrl),
  .irq_ctrlack       (u_regs.irq_ctrlack),
  .events_in_flight  (u_eventq.in_flight),
  .messages_in_flight(gen_pri.u_priq.in_flight),
  .held              (u_write_progress.held_o),
  .left              (u_write_progress.left_o),
  .msi_left          (u_msi_progress.left_o),
  .*
);
bind smmuq smmuq_command_progress #(
  .Outstanding(Outstanding)
) u_command_progress (
  .rd_q               (u_cmdq.rd_q),
  .pending            (u_cmdq.pending),
  .count_q            (u_cmdq.count_q),
  .beats_q            (u_cmdq.beats_q),
  .stale_q            (u_cmdq.stale_q),
  .started_q          (u_cmdq.started_q),
  .synced_q           (u_cmdq.synced_q),
  .consumed           (u_cmdq.consumed),
  .failed             (u_cmdq.failed),
  .marked             (events_marked),
  .marked_q           (u_eventq.marked_q),
  .draining_q         (u_eventq.draining_q),
  .events_in_flight   (u_eventq.in_flight),
  .writes_held        (u_write_progress.held_o),
  .writes_left        (u_write_progress.left_o),
  .msi_left           (u_msi_progress.left_o),
  .cmdqen             (u_regs.cr0.cmdqen),
  .cmdqen_acknowledged(u_regs.cr0ack.cmdqen),
  .*
);
bind smmuq smmuq_answer_progress #(
  .CountWidth($clog2(Outstanding) + 1)
) u_answer_progress (
  .answer_waits     (gen_pri.u_prg.answer_waits),
  .answer_ready     (gen_pri.u_prg.answer_ready_o),
  .command_presented(prg_command_presented),
  .lost             (gen_pri.u_priq.lost_q),
  .forget           (gen_pri.u_priq.forget),
  .*
);
bind smmuq smmuq_features_proof u_features_proof (
  .cr0         (u_regs.cr0),
  .cr0ack      (u_regs.cr0ack),
  .priq_enabled(gen_pri.u_priq.enabled_i),
  .msi_wanted  (gen_msi.u_msi.wanted),
  .*
);
