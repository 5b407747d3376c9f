// SPDX-License-Identifier: Apache-2.0 OR MIT

// No silent loss on the PRI queue: every message that is taken is written, in flight, or lost for a
// cause that software can see, and every page request that must be answered is answered once, with
// the code and the fields of table 5.3.
module smmuq_priq_proof
  import smmuq_pkg::*;
#(
  parameter bit          Pps          = 1'b0,
  parameter int unsigned CountWidth   = 5,
  parameter int unsigned PointerWidth = 4
) (
  input logic clk_i,
  input logic rst_ni,

  input logic                             enabled_i,
  input logic                             irq_enabled_i,
  input logic                             irq_last_i,
  input logic                             abort_active_i,
  input queue_cons_t                      cons_i,
  input queue_prod_t                      prod_o,
  input logic                             ppr_valid_i,
  input logic                             ppr_ready_o,
  input pri_message_t                     ppr_message_i,
  input logic                             ppr_ste_valid_i,
  input logic                             ppr_ste_ppar_i,
  input logic                             ppr_secure_i,
  input logic                             write_valid_o,
  input logic                             write_ready_i,
  input pri_message_t                     write_message_o,
  input logic                             response_error_i,
  input logic                             answer_valid_o,
  input logic                             answer_ready_i,
  input prg_response_t                    answer_o,
  input logic                             irq_priq_o,
  input logic                             abort_o,
  input logic                             empty,
  input logic                             full,
  input logic                             publish,
  input logic                             retire,
  input logic                             forget,
  input logic                             draining_q,
  input logic          [  CountWidth-1:0] lost_q,
  // Stop marker, Last, PRGIndex and StreamID of what is in flight, or lost and not answered.
  input logic          [            42:0] kept_q          [2**PointerWidth],
  input logic          [PointerWidth-1:0] oldest_q,
  input logic          [  CountWidth-1:0] in_flight
);

  logic taken, pending;
  pri_message_t message;

  assign taken   = ppr_valid_i && ppr_ready_o;
  assign pending = prod_o.ovflg != cons_i.ovackflg;
  assign message = ppr_message_i;

  // Table 5.4, as software can look it up at this moment.
  logic for_disabled, for_error, for_overflow, recorded;

  assign for_disabled = taken && (ppr_secure_i || !enabled_i);
  assign for_error = taken && !ppr_secure_i && enabled_i && abort_active_i;
  assign for_overflow = taken && !ppr_secure_i && enabled_i && !abort_active_i && (full || pending);
  assign recorded = taken && !ppr_secure_i && enabled_i && !abort_active_i && !full && !pending;

  // P2, P7, 14.7: who is answered at once.
  logic stop_marker, owed;

  assign stop_marker = message.ssv && message.last && !message.write && !message.read;
  assign owed = !stop_marker && (for_disabled || for_error || (for_overflow && message.last));

  // Table 5.3: the answer to a message that is discarded.
  logic success, with_pasid;

  assign success    = for_overflow && (!message.ssv || Pps || ppr_ste_valid_i);
  assign with_pasid = for_overflow && message.ssv && (Pps || (ppr_ste_valid_i && ppr_ste_ppar_i));

  // One message in flight, picked by the solver: it is published, or lost and answered, in its turn.
  logic pick;

  smmuq_any u_pick (.any_o(pick));
  logic followed_q, followed_stop_q, followed_last_q;
  logic [ 8:0] followed_index_q;
  logic [31:0] followed_stream_q;
  logic [CountWidth:0] ahead_q, kept;
  logic [PointerWidth-1:0] place;
  logic leaves, answered;

  assign place    = oldest_q + PointerWidth'(ahead_q);

  assign kept     = (CountWidth + 1)'(lost_q) + (CountWidth + 1)'(in_flight);
  assign leaves   = publish || forget;
  assign answered = answer_valid_o && answer_ready_i;

  // Messages taken, less those written, lost behind an error, and discarded; and those lost behind an
  // error, less those that left with an answer, or without one as Stop markers.
  logic [CountWidth:0] balance_q, lost_balance_q;

  logic past_valid_q, past_pending_q, past_for_overflow_q, past_full_q, past_toggle_q;
  logic past_must_pulse_q, past_must_not_pulse_q;
  queue_prod_t past_prod_q;
  queue_cons_t past_cons_q;
  logic blind_ack;

  assign blind_ack = !past_pending_q && cons_i.ovackflg != past_cons_q.ovackflg;

  // I3, 14.8. With LO it is about Last: of the message that overflows, and of the one that is published,
  // which is known if it is the followed one.
  logic overflow_pulses, followed_published, must_pulse, must_not_pulse;

  assign overflow_pulses = irq_last_i && for_overflow && message.last;
  assign followed_published = publish && followed_q && ahead_q == '0;
  assign must_pulse = irq_enabled_i && (overflow_pulses ||
      (irq_last_i ? followed_published && followed_last_q : publish && empty));
  assign must_not_pulse = !irq_enabled_i || (!overflow_pulses &&
      (irq_last_i ? !publish || (followed_published && !followed_last_q) : !(publish && empty)));

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      followed_q            <= 1'b0;
      followed_stop_q       <= 1'b0;
      followed_last_q       <= 1'b0;
      followed_index_q      <= '0;
      followed_stream_q     <= '0;
      ahead_q               <= '0;
      balance_q             <= '0;
      lost_balance_q        <= '0;
      past_valid_q          <= 1'b0;
      past_pending_q        <= 1'b0;
      past_for_overflow_q   <= 1'b0;
      past_full_q           <= 1'b0;
      past_toggle_q         <= 1'b0;
      past_must_pulse_q     <= 1'b0;
      past_must_not_pulse_q <= 1'b1;
      past_prod_q           <= '0;
      past_cons_q           <= '0;
    end else begin
      if (!followed_q) begin
        followed_q        <= recorded && pick;
        followed_stop_q   <= stop_marker;
        followed_last_q   <= message.last;
        followed_index_q  <= message.prg_index;
        followed_stream_q <= message.stream_id;
        ahead_q           <= kept - (CountWidth + 1)'(leaves);
      end else if (leaves) begin
        followed_q <= ahead_q != '0;
        ahead_q    <= ahead_q - (CountWidth + 1)'(1'b1);
      end


      balance_q <= balance_q + (CountWidth + 1)'(taken) -
          (CountWidth + 1)'(publish) - (CountWidth + 1)'(retire && !publish) -
          (CountWidth + 1)'(for_disabled || for_error || for_overflow);
      lost_balance_q <= lost_balance_q + (CountWidth + 1)'(retire && !publish) -
          (CountWidth + 1)'(forget);

      past_valid_q <= 1'b1;
      past_pending_q <= pending;
      past_for_overflow_q <= for_overflow;
      past_full_q <= full;
      past_toggle_q <= for_overflow && !pending;
      past_must_pulse_q <= must_pulse;
      past_must_not_pulse_q <= must_not_pulse;
      past_prod_q <= prod_o;
      past_cons_q <= cons_i;

      NSL_EveryMessageIsAccountedFor : assert (balance_q == (CountWidth + 1)'(in_flight));
      NSL_LostWaitOrAreAnswered : assert (lost_balance_q == (CountWidth + 1)'(lost_q));
      NSL_RecordedGoesToMemory : assert (write_valid_o == recorded && (!recorded || write_ready_i));
      NSL_LossForOverflowShows :
      assert (!past_for_overflow_q || past_pending_q || pending || blind_ack);
      NSL_AbortedOnlyBehindAnError :
      assert (!retire || publish != (response_error_i || draining_q));
      NSL_AbortIsFlagged :
      assert (!(retire && !publish) || abort_o || in_flight > CountWidth'(1'b1) || write_valid_o);

      P5_EveryFirstOverflowToggles : assert (!past_toggle_q || prod_o.ovflg != past_prod_q.ovflg);
      V6_OverflowOnlyAfterFullness :
      assert (!past_valid_q || !enabled_i || prod_o.ovflg == past_prod_q.ovflg || past_full_q);
      P6_NothingRecordedInOverflow : assert (!write_valid_o || !pending);

      // P7: exactly once: as many answers as are owed, each with its message, and none beside.
      P7_AnsweredWithItsMessage : assert (lost_q != '0 || answered == owed);
      P7_AnswerIsThatOfTheTable :
      assert (!owed || (answer_o.stream_id == message.stream_id &&
                        answer_o.index == message.prg_index &&
                        answer_o.code == (success ? PrgSuccess : PrgFailure) &&
                        answer_o.ssv == with_pasid &&
                        answer_o.substream_id == (with_pasid ? message.substream_id : 20'd0)));
      P12_LostIsAnsweredInItsTurn :
      assert (!(followed_q && forget && ahead_q == '0) || answered != followed_stop_q);
      P12_LostIsAnsweredWithItsFields :
      assert (!(followed_q && answered && forget && ahead_q == '0) ||
              (answer_o.stream_id == followed_stream_q && answer_o.index == followed_index_q &&
               answer_o.code == PrgFailure && !answer_o.ssv && answer_o.substream_id == '0));
      P12_FollowedIsKept : assert (!followed_q || ahead_q < kept);
      P12_FollowedKeepsItsFields :
      assert (!followed_q || kept_q[place] ==
              {followed_stop_q, followed_last_q, followed_index_q, followed_stream_q});

      Q8_MessageIsUnchanged : assert (!write_valid_o || write_message_o == message);
      I3_PulseWhenItMust : assert (!past_must_pulse_q || irq_priq_o);
      I3_NoPulseWhenItMustNot : assert (!past_must_not_pulse_q || !irq_priq_o);
    end
  end

endmodule
