// SPDX-License-Identifier: Apache-2.0 OR MIT

// Two entries between a valid/ready pair and another. Everything that leaves it is a flip-flop: no
// combinational path in either direction, and still one transfer per cycle.
module smmuq_fifo2 #(
  parameter int unsigned Width = 1
) (
  input logic clk_i,
  input logic rst_ni,

  input  logic             valid_i,
  output logic             ready_o,
  input  logic [Width-1:0] data_i,

  output logic             valid_o,
  input  logic             ready_i,
  output logic [Width-1:0] data_o
);

  // The head is what the outputs show; the tail is only filled while the head is.
  logic head_valid_q, tail_valid_q;
  logic [Width-1:0] head_q, tail_q;
  logic push, pop;

  assign ready_o = !tail_valid_q;
  assign valid_o = head_valid_q;
  assign data_o = head_q;

  assign push = valid_i && ready_o;
  assign pop = valid_o && ready_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      head_valid_q <= 1'b0;
      tail_valid_q <= 1'b0;
      head_q       <= '0;
      tail_q       <= '0;
    end else if (pop || !head_valid_q) begin
      head_valid_q <= tail_valid_q || push;
      tail_valid_q <= 1'b0;
      if (tail_valid_q) begin
        head_q <= tail_q;
      end else if (push) begin
        head_q <= data_i;
      end
    end else if (push) begin
      tail_valid_q <= 1'b1;
      tail_q       <= data_i;
    end
  end

  // AXI: an offer stays, unchanged, until it is taken.
  logic past_waiting_q;
  logic [Width-1:0] past_data_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      past_waiting_q <= 1'b0;
      past_data_q    <= '0;
    end else begin
      past_waiting_q <= valid_o && !ready_i;
      past_data_q    <= data_o;
      AXI_ValidStays : assert (!past_waiting_q || valid_o);
      AXI_PayloadStays : assert (!past_waiting_q || data_o == past_data_q);
      FIFO_NoGap : assert (head_valid_q || !tail_valid_q);
    end
  end

endmodule
