// SPDX-License-Identifier: Apache-2.0 OR MIT

// Round robin: of those who ask, the next after the one that was served last.
module smmuq_rr #(
  parameter int unsigned Sources = 2
) (
  input logic clk_i,
  input logic rst_ni,

  input  logic [Sources-1:0] request_i,
  input  logic               serve_i,    // the granted one is served in this cycle
  output logic [Sources-1:0] grant_o     // one-hot, or zero if nobody asks
);

  // Those behind the one served last, in order of index; the others come after them.
  logic [Sources-1:0] last_q, behind, preferred;

  assign behind    = ~((last_q - Sources'(1'b1)) | last_q);
  assign preferred = |(request_i & behind) ? request_i & behind : request_i;
  assign grant_o   = preferred & (~preferred + Sources'(1'b1));

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      last_q <= '0;
    end else begin
      if (serve_i && |request_i) begin
        last_q <= grant_o;
      end

      RR_OneAtATime : assert ((grant_o & (grant_o - Sources'(1'b1))) == '0);
      RR_OnlyWhoAsks : assert ((grant_o & ~request_i) == '0);
      RR_LastIsOne : assert ((last_q & (last_q - Sources'(1'b1))) == '0);
      V9_NotTwiceWhileAnotherAsks :
      assert ((grant_o & last_q) == '0 || (request_i & ~last_q) == '0);
      RR_NobodyIdle : assert (|grant_o == |request_i);
    end
  end

endmodule
