// SPDX-License-Identifier: Apache-2.0 OR MIT

// The response port shows the response of a command or the oldest automatic one, whole.
module smmuq_prg_proof
  import smmuq_pkg::*;
(
  input logic clk_i,
  input logic rst_ni,

  input logic          answer_waits,
  input prg_response_t answer,
  input logic          command_valid_i,
  input logic          command_started_i,
  input prg_response_t command_i,
  input logic          command_presented_o,
  input logic          command_taken_o,
  input logic          prg_valid_o,
  input logic          prg_ready_i,
  input prg_response_t prg_o
);

  // An automatic response left in the cycle before, while a command waited.
  logic answered_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      answered_q <= 1'b0;
    end else begin
      answered_q <= command_valid_i && answer_waits && !command_presented_o && prg_ready_i;

      // An automatic one goes first, but only one while a command waits, and what was shown stays.
      P7_AutomaticResponseGoesFirst :
      assert (command_presented_o ==
              (command_valid_i && (command_started_i || answered_q || !answer_waits)));
      P7_ShowsWhatThereIs : assert (prg_valid_o == (command_valid_i || answer_waits));
      P7_ShownIsUnchanged :
      assert (!prg_valid_o || prg_o == (command_presented_o ? command_i : answer));
      P13_CommandEndsWhenItsResponseIsTaken :
      assert (command_taken_o == (command_presented_o && prg_ready_i));
    end
  end

endmodule
