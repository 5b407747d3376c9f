// SPDX-License-Identifier: Apache-2.0 OR MIT

// Automatic PRG responses: those of page requests that an abort lost, and those that wait for the port.
// A step is a cycle in which no device holds the port up.
module smmuq_answer_progress #(
  parameter int unsigned CountWidth = 5
) (
  input logic clk_i,
  input logic rst_ni,

  input logic                  prg_valid_o,
  input logic                  prg_ready_i,
  input logic                  answer_waits,
  input logic                  answer_ready,
  input logic                  command_presented,
  input logic [CountWidth-1:0] lost,               // messages that wait to be answered
  input logic                  forget              // the oldest of them is, or is a Stop marker
);

  logic held, leaves;

  assign held   = prg_valid_o && !prg_ready_i;
  assign leaves = prg_valid_o && prg_ready_i && !command_presented;

  logic [2:0] port_steps_q, lost_steps_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      port_steps_q <= '0;
      lost_steps_q <= '0;
    end else begin
      port_steps_q <= answer_waits && !leaves ? port_steps_q + 3'(!held) : '0;
      lost_steps_q <= lost != '0 && !forget ? lost_steps_q + 3'(!held) : '0;

      // One command may be at the port before it.
      LIVE_AnswerLeaves : assert (!answer_waits || port_steps_q + 3'(command_presented) <= 3'd1);
      LIVE_LostIsAnswered :
      assert (lost == '0 || answer_ready || lost_steps_q + 3'(command_presented) <= 3'd1);
      LIVE_LostWaitsForThePort : assert (lost == '0 || lost_steps_q <= 3'd2);
    end
  end

endmodule
