// SPDX-License-Identifier: Apache-2.0 OR MIT

// PRG responses to the device: automatic ones, in the order of their causes, and those of
// CMD_PRI_RESP. An automatic one goes first, but only one while a command waits; and what the port shows
// stays until it is taken.
module smmuq_prg
  import smmuq_pkg::*;
(
  input logic clk_i,
  input logic rst_ni,

  // Automatic responses. `answer_ready_o` is a flip-flop's output.
  input  logic          answer_valid_i,
  output logic          answer_ready_o,
  input  prg_response_t answer_i,

  // The response of the oldest command.
  input  logic          command_valid_i,
  input  logic          command_started_i,    // it was shown before and not taken
  input  prg_response_t command_i,
  output logic          command_presented_o,
  output logic          command_taken_o,

  output logic          prg_valid_o,
  input  logic          prg_ready_i,
  output prg_response_t prg_o
);

  logic answer_waits;
  prg_response_t answer;

  // An automatic response left while a command waited: devices whose requests are refused without end
  // do not stop the Command queue.
  logic command_turn_q;

  assign command_presented_o = command_valid_i &&
      (command_started_i || command_turn_q || !answer_waits);
  assign command_taken_o = command_presented_o && prg_ready_i;

  assign prg_valid_o = command_valid_i || answer_waits;
  assign prg_o = !prg_valid_o ? '0 : command_presented_o ? command_i : answer;

  smmuq_fifo2 #(
    .Width($bits(prg_response_t))
  ) u_fifo (
    .clk_i,
    .rst_ni,
    .valid_i(answer_valid_i),
    .ready_o(answer_ready_o),
    .data_i (answer_i),
    .valid_o(answer_waits),
    .ready_i(prg_ready_i && !command_presented_o),
    .data_o (answer)
  );

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      command_turn_q <= 1'b0;
    end else begin
      command_turn_q <= command_valid_i && !command_presented_o && prg_ready_i;
    end
  end

  // What came in and did not leave yet, and the cycle before, to check steps with.
  logic past_waiting_q;
  prg_response_t past_prg_q;
  logic [1:0] owed_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      past_waiting_q <= 1'b0;
      past_prg_q     <= '0;
      owed_q         <= '0;
    end else begin
      past_waiting_q <= prg_valid_o && !prg_ready_i;
      past_prg_q <= prg_o;
      owed_q         <= owed_q + 2'(answer_valid_i && answer_ready_o) -
          2'(prg_valid_o && prg_ready_i && !command_presented_o);

      PRG_ValidStays : assert (!past_waiting_q || prg_valid_o);
      PRG_PayloadStays : assert (!past_waiting_q || prg_o == past_prg_q);
      PRG_TurnFollowsAnAnswer : assert (!command_turn_q || answer_ready_o);
      // P7: every answer leaves once, whatever else uses the port.
      P7_NoAnswerLost : assert (answer_waits == (owed_q != 2'd0));
      P7_NoAnswerTwice : assert (answer_ready_o == (owed_q != 2'd2) && owed_q != 2'd3);
      PRG_NoSubstreamWithoutSsv :
      assert (!command_taken_o || prg_o.ssv || prg_o.substream_id == '0);
    end
  end

endmodule
