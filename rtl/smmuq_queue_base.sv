// SPDX-License-Identifier: Apache-2.0 OR MIT

// x_BASE of a queue: the fields that are stored, and when they may be written (E3).
module smmuq_queue_base
  import smmuq_pkg::*;
(
  input logic clk_i,
  input logic rst_ni,

  input logic        unguarded_i,
  input logic [ 1:0] write_i,      // low and high word
  input logic [31:0] wdata_i,

  output queue_base_t             base_o,
  output logic        [1:0][31:0] words_o
);

  queue_base_t base_q;
  logic hint_q;  // RA or WA, a hint: stored, without effect

  assign base_o     = base_q;
  assign words_o[0] = {base_q.addr[31:5], base_q.log2size};
  assign words_o[1] = {1'b0, hint_q, 6'd0, base_q.addr[55:32]};

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      base_q <= '0;
      hint_q <= 1'b0;
    end else if (unguarded_i) begin
      if (write_i[0]) begin
        base_q.addr[31:5] <= wdata_i[31:5];
        base_q.log2size   <= wdata_i[4:0];
      end
      if (write_i[1]) begin
        base_q.addr[55:32] <= wdata_i[23:0];
        hint_q             <= wdata_i[30];
      end
    end
  end

  // The cycle before, to check steps with.
  logic past_unguarded_q;
  queue_base_t past_base_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      past_unguarded_q <= 1'b0;
      past_base_q      <= '0;
    end else begin
      past_unguarded_q <= unguarded_i;
      past_base_q      <= base_q;
      E3_BaseIsGuarded : assert (past_unguarded_q || base_q == past_base_q);
    end
  end

endmodule
