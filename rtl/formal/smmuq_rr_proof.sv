// SPDX-License-Identifier: Apache-2.0 OR MIT

// Turns: smmuq_rr remembers who was served last, so what it says of `last_q` is about what happened.
module smmuq_rr_proof #(
  parameter int unsigned Sources = 2
) (
  input logic clk_i,
  input logic rst_ni,

  input logic [Sources-1:0] request_i,
  input logic               serve_i,
  input logic [Sources-1:0] grant_o,
  input logic [Sources-1:0] last_q
);

  logic [Sources-1:0] served_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      served_q <= '0;
    end else begin
      if (serve_i && request_i != '0) begin
        served_q <= grant_o;
      end

      V9_LastIsWhoWasServed : assert (last_q == served_q);
    end
  end

endmodule
