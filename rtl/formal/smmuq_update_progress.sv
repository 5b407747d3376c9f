// SPDX-License-Identifier: Apache-2.0 OR MIT

// Updates: the acknowledge of each field of CR0 and IRQ_CTRL that is 0 becomes 0 after a bounded number
// of steps (smmuq_write_progress). It waits for what is under way, to which nothing is added (E5, E7,
// I6). That of a 1 comes at once (E1_AckFollowsTheRegister). CMDQEN is with the commands
// (smmuq_command_progress).
module smmuq_update_progress
  import smmuq_pkg::*;
#(
  parameter int unsigned Outstanding = 16,
  parameter int unsigned CountWidth  = $clog2(Outstanding) + 1
) (
  input logic clk_i,
  input logic rst_ni,

  input cr0_t      cr0,
  input cr0_t      cr0ack,
  input irq_ctrl_t irq_ctrl,
  input irq_ctrl_t irq_ctrlack,

  // Records, messages and MSIs: which are held, and how many steps are left to the next response, and
  // until a source of MSIs is not busy.
  input logic [CountWidth-1:0]      events_in_flight,
  input logic [CountWidth-1:0]      messages_in_flight,
  input logic [           2:0]      held,
  input logic [           2:0][4:0] left,
  input logic [MsiSources-1:0][7:0] msi_left
);

  // 32 steps for each response: those of one queue, or that for an MSI with the others before it.
  localparam int unsigned QueueSteps = 32 * Outstanding + 31;
  localparam int unsigned MsiSteps = 32 * 6;

  localparam int unsigned Width = CountWidth + 9;
  localparam int unsigned Fields = 7;

  logic [Fields-1:0] ends, held_up, nearer;
  logic [Fields-1:0][Width-1:0] steps_left, steps_q;
  logic [Fields-1:0][31:0] limit;
  logic [Width-1:0] events_left, messages_left;

  assign events_left = Width'({events_in_flight, left[AxiIdEventq]});
  assign messages_left = Width'({messages_in_flight, left[AxiIdPriq]});

  // ATSCHK, EVENTQEN, PRIQEN and SMMUEN, and the three of IRQ_CTRL.
  assign ends = {
    !cr0.atschk && cr0ack.atschk,
    !cr0.eventqen && cr0ack.eventqen,
    !cr0.priqen && cr0ack.priqen,
    !cr0.smmuen && cr0ack.smmuen,
    !irq_ctrl.eventq && irq_ctrlack.eventq,
    !irq_ctrl.priq && irq_ctrlack.priq,
    !irq_ctrl.gerror && irq_ctrlack.gerror
  };
  assign held_up = {1'b0, held[AxiIdEventq], {2{held[AxiIdPriq]}}, {3{held[AxiIdMsi]}}};
  assign steps_left = {
    Width'(1'b0),
    events_left,
    {2{messages_left}},
    Width'(msi_left[MsiEventq]),
    Width'(msi_left[MsiPriq]),
    Width'(msi_left[MsiGerror])
  };
  assign limit = {32'd0, {3{QueueSteps}}, {3{MsiSteps}}};

  always_comb begin
    for (int unsigned i = 0; i < Fields; i++) begin
      nearer[i] = !ends[i] || 32'(steps_q[i]) + 32'(steps_left[i]) <= limit[i];
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      steps_q <= '0;
    end else begin
      for (int unsigned i = 0; i < Fields; i++) begin
        steps_q[i] <= ends[i] ? steps_q[i] + Width'(!held_up[i]) : '0;
      end

      LIVE_AtschkIsAcknowledged : assert (nearer[6]);
      LIVE_EventqenIsAcknowledged : assert (nearer[5]);
      LIVE_PriqenIsAcknowledged : assert (nearer[4]);
      LIVE_SmmuenIsAcknowledged : assert (nearer[3]);
      LIVE_EventqIrqenIsAcknowledged : assert (nearer[2]);
      LIVE_PriqIrqenIsAcknowledged : assert (nearer[1]);
      LIVE_GerrorIrqenIsAcknowledged : assert (nearer[0]);
    end
  end

endmodule
