// SPDX-License-Identifier: Apache-2.0 OR MIT

// A control register and its acknowledge (CR0 with CR0ACK, IRQ_CTRL with IRQ_CTRLACK): each field has
// an Update of its own (E1, I4).
module smmuq_update #(
  parameter int unsigned             Width       = 1,
  parameter logic        [Width-1:0] Implemented = '1
) (
  input logic clk_i,
  input logic rst_ni,

  input logic             write_i,
  input logic [Width-1:0] wdata_i,
  input logic [Width-1:0] busy_i,   // what the field enables is not finished yet

  output logic [Width-1:0] ctrl_o,
  output logic [Width-1:0] ack_o,
  output logic [Width-1:0] enabled_o,  // E1: from the acknowledge of the 1 to the write of the 0
  output logic [Width-1:0] off_o       // E3: guarded registers may be written
);

  logic [Width-1:0] ctrl_q, ack_q;

  assign ctrl_o    = ctrl_q;
  assign ack_o     = ack_q;
  assign enabled_o = ctrl_q & ack_q;
  assign off_o     = ~(ctrl_q | ack_q);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      ctrl_q <= '0;  // R1: nothing is enabled
      ack_q  <= '0;
    end else begin
      // E1, E2: the acknowledge follows what the register shows, so a field put back before it did
      // changes nothing. E5, E7, E8, I6: a 0 waits for what is under way.
      ack_q <= ctrl_q | (ack_q & busy_i);
      if (write_i) begin
        ctrl_q <= wdata_i & Implemented;
      end
    end
  end

  // The cycle before, to check steps with.
  logic [Width-1:0] past_ack_q, past_busy_q, past_ctrl_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      past_ack_q  <= '0;
      past_busy_q <= '0;
      past_ctrl_q <= '0;
    end else begin
      past_ack_q  <= ack_q;
      past_busy_q <= busy_i;
      past_ctrl_q <= ctrl_q;

      E1_AckFollowsTheRegister :
      assert ((ack_q & ~past_ack_q & ~past_ctrl_q) == '0 && (past_ctrl_q & ~ack_q) == '0);
      E5_AckWaitsForWhatIsUnderWay : assert ((past_ack_q & past_busy_q & ~ack_q) == '0);
      E5_NothingUnderWayWhenOff : assert ((busy_i & ~ack_q) == '0);
    end
  end

endmodule
