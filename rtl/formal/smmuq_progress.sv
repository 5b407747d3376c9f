// SPDX-License-Identifier: Apache-2.0 OR MIT

// No deadlock. Whatever waits is waiting for the memory, a device or the rest of the SMMU, but for a
// bounded number of cycles in a row (the limits below), and nobody is overtaken without end on the way
// to the memory. So if each of these answers within some time, every request that is accepted ends.
module smmuq_progress
  import smmuq_pkg::*;
(
  input logic clk_i,
  input logic rst_ni,

  input logic awvalid_o,
  input logic awready_i,
  input logic wvalid_o,
  input logic wready_i,
  input logic due,  // a write response
  input logic arvalid_o,
  input logic arready_i,
  input logic reading,  // a fetch whose address was taken
  input logic rvalid_i,
  input logic cmd_valid_o,
  input logic cmd_ready_i,
  input logic sync_valid_o,
  input logic sync_ready_i,
  input logic prg_valid_o,
  input logic prg_ready_i,

  input logic       term_valid_i,
  input logic       term_ready_o,
  input logic       stall_valid_i,
  input logic       stall_ready_o,
  input logic       stall_writable,  // the Event queue is enabled, not full, without error
  input logic       ppr_valid_i,
  input logic       ppr_ready_o,
  input logic       command_pending,
  input logic       command_ends,
  input cr0_t       cr0,
  input cr0_t       cr0ack,
  input logic [2:0] waits_for_burst,
  input logic [2:0] begin_burst,
  input logic [2:0] last_q  // whose burst was the last
);

  localparam int unsigned Limit = 6;

  logic on_memory, on_device, on_fetch, on_others;

  assign on_memory = (awvalid_o && !awready_i) || (wvalid_o && !wready_i) || due;
  assign on_device = prg_valid_o && !prg_ready_i;
  assign on_fetch  = (arvalid_o && !arready_i) || (reading && !rvalid_i);
  assign on_others = (cmd_valid_o && !cmd_ready_i) || (sync_valid_o && !sync_ready_i);

  // Who waits without anybody outside being the reason.
  logic [3:0] stuck;

  assign stuck[0] = term_valid_i && !term_ready_o && !on_memory;
  assign stuck[1] = stall_valid_i && !stall_ready_o && stall_writable && !on_memory &&
      !(term_valid_i && term_ready_o);
  assign stuck[2] = ppr_valid_i && !ppr_ready_o && !on_memory && !on_device;
  assign stuck[3] = (command_pending || cr0 != cr0ack) && !command_ends && !on_memory && !on_device &&
      !on_fetch && !on_others;

  logic [2:0] stuck_q[4];
  // How many others began a burst while this one waited: at most the two other kinds, once each.
  logic [1:0] overtaken_q[3];

  logic [2:0] in_turn;

  always_comb begin
    for (int unsigned i = 0; i < 3; i++) begin
      in_turn[i] = overtaken_q[i] == 2'd0 || last_q[(i+2)%3] ||
          (last_q[(i+1)%3] && overtaken_q[i] == 2'd1);
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      for (int unsigned i = 0; i < 4; i++) stuck_q[i] <= '0;
      for (int unsigned i = 0; i < 3; i++) overtaken_q[i] <= '0;
    end else begin
      for (int unsigned i = 0; i < 4; i++) begin
        stuck_q[i] <= stuck[i] ? stuck_q[i] + 3'd1 : 3'd0;
      end
      for (int unsigned i = 0; i < 3; i++) begin
        overtaken_q[i] <= !waits_for_burst[i] || begin_burst[i] ? 2'd0 :
            overtaken_q[i] + 2'(begin_burst != '0);
      end

      LIVE_TerminatedRecordMovesOn : assert (stuck_q[0] <= 3'(Limit));
      LIVE_StalledRecordMovesOn : assert (stuck_q[1] <= 3'(Limit));
      LIVE_PageRequestMovesOn : assert (stuck_q[2] <= 3'(Limit));
      LIVE_CommandsAndUpdatesMoveOn : assert (stuck_q[3] <= 3'(Limit));
      LIVE_TurnsGoAround : assert (in_turn == 3'b111);
      LIVE_NobodyIsOvertakenTwice :
      assert (overtaken_q[0] <= 2'd2 && overtaken_q[1] <= 2'd2 && overtaken_q[2] <= 2'd2);
    end
  end

endmodule
