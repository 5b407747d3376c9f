// SPDX-License-Identifier: Apache-2.0 OR MIT

// What smmuq_fifo2 promises: any item that the solver picks leaves once, in its turn, unchanged.
module smmuq_fifo2_proof #(
  parameter int unsigned Width = 1
) (
  input logic clk_i,
  input logic rst_ni,

  input logic             push,
  input logic             pop,
  input logic [Width-1:0] data_i,
  input logic [Width-1:0] data_o,
  input logic             head_valid_q,
  input logic             tail_valid_q,
  input logic [Width-1:0] head_q,
  input logic [Width-1:0] tail_q
);

  logic pick;  // free: the item that comes in now is the one to follow

  smmuq_any u_pick (.any_o(pick));

  logic followed_q, ahead_q;
  logic [Width-1:0] data_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      followed_q <= 1'b0;
      ahead_q    <= 1'b0;
      data_q     <= '0;
    end else begin
      if (!followed_q) begin
        followed_q <= push && pick;
        ahead_q    <= head_valid_q && !pop;
        data_q     <= data_i;
      end else if (pop) begin
        followed_q <= ahead_q;
        ahead_q    <= 1'b0;
      end

      FIFO_LeavesUnchanged : assert (!followed_q || !pop || ahead_q || data_o == data_q);
      FIFO_WaitsAtTheHead : assert (!followed_q || ahead_q || (head_valid_q && head_q == data_q));
      FIFO_WaitsBehindTheHead :
      assert (!followed_q || !ahead_q || (tail_valid_q && tail_q == data_q));
    end
  end

endmodule
