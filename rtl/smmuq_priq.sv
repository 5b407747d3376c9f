// SPDX-License-Identifier: Apache-2.0 OR MIT

// The PRI queue's policy (spec table 5.4): what becomes of each message, who gets an automatic
// response (5.3), what a write response means, and when software is interrupted.
module smmuq_priq
  import smmuq_pkg::*;
#(
  parameter int unsigned PriQs       = 19,
  parameter int unsigned Oas         = 48,
  parameter int unsigned Outstanding = 16,
  parameter bit          Pps         = 1'b0
) (
  input logic clk_i,
  input logic rst_ni,

  // Registers.
  input  logic        enabled_i,       // E7: effective PRIQEN and SMMUEN
  input  logic        irq_enabled_i,   // effective PRIQ_IRQEN
  input  logic        irq_last_i,      // PRIQ_IRQ_CFG2.LO
  input  logic        abort_active_i,  // GERROR.PRIQ_ABT_ERR not acknowledged
  input  queue_base_t base_i,
  input  queue_cons_t cons_i,
  input  logic        prod_write_i,
  input  queue_prod_t prod_wdata_i,
  output queue_prod_t prod_o,
  output logic        in_flight_o,
  output logic        abort_o,         // an aborted group of messages is complete: flag it

  // Messages, and what is known of the stream they come from.
  input  logic         ppr_valid_i,
  output logic         ppr_ready_o,
  input  pri_message_t ppr_message_i,
  input  logic         ppr_ste_valid_i,
  input  logic         ppr_ste_ppar_i,
  input  logic         ppr_secure_i,

  // Messages to memory, and the responses of the memory, oldest first.
  output logic                   write_valid_o,
  input  logic                   write_ready_i,
  output logic         [Oas-1:4] write_slot_o,
  output pri_message_t           write_message_o,
  input  logic                   response_valid_i,
  input  logic                   response_error_i,

  // Automatic responses to the devices.
  output logic          answer_valid_o,
  input  logic          answer_ready_i,
  output prg_response_t answer_o,

  output logic irq_priq_o
);

  localparam int unsigned CountWidth = $clog2(Outstanding) + 1;

  logic empty, full, overflow_pending, slot_free;
  logic [CountWidth-1:0] in_flight;
  logic any_in_flight, one_in_flight;
  logic commit, retire, publish, overflow;
  logic draining_q;

  assign any_in_flight = in_flight != '0;
  assign one_in_flight = in_flight == CountWidth'(1'b1);

  // P2: the only message that is not a page request, and is never answered.
  logic stop_marker;

  assign stop_marker = ppr_message_i.ssv && ppr_message_i.last && !ppr_message_i.write &&
      !ppr_message_i.read;

  // Decision on a message, in the order of the rules.
  logic discard, recordable, fail, overflowing;

  always_comb begin
    discard     = 1'b0;
    recordable  = 1'b0;
    fail        = 1'b0;
    overflowing = 1'b0;
    if (ppr_secure_i || !enabled_i) begin
      discard = 1'b1;  // E7, 8.2: there is no queue for Secure streams; 14.7: Last or not
      fail    = 1'b1;
    end else if (draining_q) begin
      discard = 1'b0;  // P12: what comes behind an abort waits until the abort is flagged
    end else if (abort_active_i) begin
      discard = 1'b1;  // 14.3: because of the error, even if also full: no overflow
      fail    = 1'b1;
    end else if (overflow_pending || full) begin
      discard     = 1'b1;  // P5, P6: the overflow condition stops the queue, space or not
      overflowing = 1'b1;
    end else begin
      // P1. V6, V7: with every free slot taken by a message in flight the queue is about to be full,
      // but nobody could have seen it yet: wait.
      recordable = slot_free && write_ready_i;
    end
  end

  // 5.3: who is answered, and how.
  logic decision_answered, ppr_taken;
  prg_response_t decision_answer;
  logic with_pasid, success;

  assign decision_answered = discard && !stop_marker && (fail || ppr_message_i.last);  // P7, 14.7

  // P11: with PPS the STE is not consulted.
  assign with_pasid = ppr_message_i.ssv && (Pps || (ppr_ste_valid_i && ppr_ste_ppar_i));
  assign success    = !ppr_message_i.ssv || Pps || ppr_ste_valid_i;

  always_comb begin
    decision_answer           = '0;
    decision_answer.stream_id = ppr_message_i.stream_id;
    decision_answer.index     = ppr_message_i.prg_index;
    decision_answer.code      = fail || !success ? PrgFailure : PrgSuccess;
    if (!fail && with_pasid) begin
      decision_answer.ssv          = 1'b1;
      decision_answer.substream_id = ppr_message_i.substream_id;
    end
  end

  // A decision that gives a response is taken when the response can be kept. Nothing is taken while
  // lost messages wait to be answered: responses keep the order of their causes.
  logic lost_waiting;

  assign ppr_ready_o = !lost_waiting &&
      (discard ? !decision_answered || answer_ready_i : recordable);
  assign ppr_taken = ppr_valid_i && ppr_ready_o;

  assign commit = ppr_taken && !discard;
  assign overflow = ppr_taken && overflowing;  // P5: the flag toggles if it was not pending

  assign write_valid_o = commit;
  assign write_message_o = ppr_message_i;

  // A response of the memory, as for the Event queue (EA2, P12).
  logic aborting, group_done, lose;

  assign retire      = response_valid_i && any_in_flight;
  assign aborting    = draining_q || response_error_i;
  assign publish     = retire && !aborting;
  assign lose        = retire && aborting;
  assign group_done  = one_in_flight && !commit;
  assign abort_o     = lose && group_done;

  assign in_flight_o = any_in_flight;

  // What must be known of a message after it left for the memory.
  typedef struct packed {
    logic        stop_marker;
    logic        last;
    logic [8:0]  prg_index;
    logic [31:0] stream_id;
  } kept_t;

  // First the messages that are lost and not answered yet, then those in flight. The oldest is
  // published, or lost and then answered; never is there one to publish behind a lost one.
  localparam int unsigned PointerWidth = Outstanding == 1 ? 1 : $clog2(Outstanding);

  kept_t kept_q[2**PointerWidth];
  logic [PointerWidth-1:0] oldest_q, next_q;
  logic [CountWidth-1:0] lost_q;
  kept_t oldest;
  logic forget;

  assign oldest       = kept_q[oldest_q];
  assign lost_waiting = lost_q != '0;
  assign forget       = lost_waiting && (oldest.stop_marker || answer_ready_i);

  always_ff @(posedge clk_i) begin
    if (commit) begin
      kept_q[next_q] <= '{
          stop_marker: stop_marker,
          last: ppr_message_i.last,
          prg_index: ppr_message_i.prg_index,
          stream_id: ppr_message_i.stream_id
      };
    end
  end

  assign answer_valid_o = lost_waiting ? !oldest.stop_marker : ppr_valid_i && decision_answered;

  // 5.3: a lost page request, Last or not, fails, without PASID (14.7).
  always_comb begin
    answer_o = decision_answer;
    if (lost_waiting) begin
      answer_o = '{
          stream_id: oldest.stream_id,
          index: oldest.prg_index,
          code: PrgFailure,
          default: '0
      };
    end
  end

  // I3: with LO, each message with Last set, Stop markers too (14.8): when it is published, or when it
  // is discarded by overflow.
  logic interrupt;

  assign interrupt = irq_last_i ?
      (publish && oldest.last) || (overflow && ppr_message_i.last) : publish && empty;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      draining_q <= 1'b0;
      oldest_q   <= '0;
      next_q     <= '0;
      lost_q     <= '0;
      irq_priq_o <= 1'b0;
    end else begin
      if (retire) begin
        draining_q <= aborting && !group_done;
      end
      next_q     <= next_q + PointerWidth'(commit);
      oldest_q   <= oldest_q + PointerWidth'(publish || forget);
      lost_q     <= lost_q + CountWidth'(lose) - CountWidth'(forget);
      // V3: with the PROD that shows it. I4, I5: the enable counts when the cause happens.
      irq_priq_o <= interrupt && irq_enabled_i;
    end
  end

  smmuq_circq #(
    .Qs         (PriQs),
    .Oas        (Oas),
    .Outstanding(Outstanding),
    .EntryLog2  (4)
  ) u_circq (
    .clk_i,
    .rst_ni,
    .base_i,
    .cons_i,
    .prod_write_i,
    .prod_wdata_i,
    .prod_o,
    .empty_o           (empty),
    .full_o            (full),
    .overflow_pending_o(overflow_pending),
    .slot_free_o       (slot_free),
    .slot_o            (write_slot_o),
    .in_flight_o       (in_flight),
    .commit_i          (commit),
    .retire_i          (retire),
    .publish_i         (publish),
    .overflow_i        (overflow)
  );

  // The cycle before, to check steps with.
  logic past_ovflg_q;
  logic past_valid_q, past_write_q, past_overflow_q, past_received_when_full_q;
  logic past_irq_cause_q, past_publish_q, past_draining_q, past_abort_q;
  logic answered;
  logic [CountWidth:0] kept;

  assign kept     = (CountWidth + 1)'(lost_q) + (CountWidth + 1)'(in_flight);
  assign answered = answer_valid_o && answer_ready_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      past_ovflg_q              <= 1'b0;
      past_valid_q              <= 1'b0;
      past_write_q              <= 1'b0;
      past_overflow_q           <= 1'b0;
      past_received_when_full_q <= 1'b0;
      past_irq_cause_q          <= 1'b0;
      past_publish_q            <= 1'b0;
      past_draining_q           <= 1'b0;
      past_abort_q              <= 1'b0;
    end else begin
      past_ovflg_q <= prod_o.ovflg;
      past_valid_q <= 1'b1;
      past_write_q <= prod_write_i;
      past_overflow_q <= overflow;
      past_received_when_full_q <= ppr_taken && !ppr_secure_i && enabled_i && !abort_active_i &&
          full && !overflow_pending;
      past_irq_cause_q <= interrupt && irq_enabled_i;
      past_publish_q <= publish;
      past_draining_q <= draining_q;
      past_abort_q <= abort_o;

      P1_CommitOnlyWhenWritable :
      assert (!commit || (enabled_i && !full && !abort_active_i && !draining_q && !ppr_secure_i));
      P6_NothingWrittenInOverflow : assert (!commit || !overflow_pending);
      P2_StopMarkerIsNeverAnswered : assert (!(ppr_taken && stop_marker) || !answered);
      P7_LostLastIsAnswered :
      assert (!(ppr_taken && !commit && ppr_message_i.last && !stop_marker) || answered);
      P7_LastZeroIsIgnoredInOverflow : assert (!(overflow && !ppr_message_i.last) || !answered);
      P7_AnswerIsTakenWithItsMessage : assert (!answered || lost_waiting || ppr_taken);
      P12_LostIsAnsweredOnce : assert (!lost_waiting || forget == (answered || oldest.stop_marker));
      P12_NothingPublishedBehindALostOne : assert (!publish || !lost_waiting);
      P12_LostBehindNoneInFlightButDraining :
      assert (!lost_waiting || !any_in_flight || draining_q);
      P12_KeptAreLostOrInFlight : assert (next_q - oldest_q == PointerWidth'(kept));
      P12_KeptFit : assert (kept <= (CountWidth + 1)'(Outstanding));
      E7_DecidedWhenDisabled : assert (enabled_i || lost_waiting || !answer_ready_i || ppr_ready_o);
      EA2_FlaggedWhenNoneInFlight : assert (!abort_o || (one_in_flight && !commit));
      EA2_DrainsSomething : assert (!draining_q || any_in_flight);
      EA2_DrainEndsFlagged : assert (!past_draining_q || draining_q || past_abort_q);
      if (past_valid_q && !past_write_q) begin
        P5_ToggleOnMessageWhenFull :
        assert ((prod_o.ovflg != past_ovflg_q) == past_received_when_full_q);
      end
      I3_PulseOnlyAfterItsCause : assert (!irq_priq_o || past_irq_cause_q);
      V3_PulseWithItsMessage : assert (!irq_priq_o || past_publish_q || past_overflow_q);
    end
  end

endmodule
