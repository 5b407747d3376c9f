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
