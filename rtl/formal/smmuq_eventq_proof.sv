// SPDX-License-Identifier: Apache-2.0 OR MIT

// No silent loss on the Event queue: every record that is taken is written, in flight, or dropped for a
// cause that software can see, and a loss for fullness shows as an overflow before it can be
// acknowledged. The causes are those of table 4.4, read from the registers alone.
module smmuq_eventq_proof
  import smmuq_pkg::*;
#(
  parameter int unsigned CountWidth = 5
) (
  input logic clk_i,
  input logic rst_ni,

  input logic                         enabled_i,
  input logic                         irq_enabled_i,
  input logic                         abort_active_i,
  input queue_cons_t                  cons_i,
  input queue_prod_t                  prod_o,
  input logic                         term_valid_i,
  input logic                         term_ready_o,
  input logic        [         255:0] term_record_i,
  input logic                         stall_valid_i,
  input logic                         stall_ready_o,
  input logic        [         255:0] stall_record_i,
  input logic                         write_valid_o,
  input logic                         write_ready_i,
  input record_t                      write_record_o,
  input logic                         response_error_i,
  input logic                         abort_o,
  input logic                         irq_eventq_o,
  input logic                         empty,
  input logic                         full,
  input logic                         publish,
  input logic                         retire,
  input logic                         draining_q,
  input logic                         mark_i,
  input logic                         marked_o,
  input logic        [CountWidth-1:0] marked_q,
  input logic                         abort_marked_q,
  input logic                         stall_turn_q,
  input logic        [CountWidth-1:0] in_flight
);

  logic term_taken, stall_taken, taken;

  assign term_taken  = term_valid_i && term_ready_o;
  assign stall_taken = stall_valid_i && stall_ready_o;
  assign taken       = term_taken || stall_taken;

  // Table 4.4, as software can look it up at this moment.
  logic for_disabled, for_error, for_full, recorded;

  assign for_disabled = term_taken && !enabled_i;
  assign for_error    = term_taken && enabled_i && abort_active_i;
  assign for_full     = term_taken && enabled_i && !abort_active_i && full;
  assign recorded     = taken && enabled_i && !abort_active_i && !full;

  // Records taken, less those written, lost behind an error, and dropped.
  logic [CountWidth:0] balance_q;

  logic pending, past_pending_q, past_for_full_q, past_full_q, past_publish_q, past_empty_q;
  logic past_irq_enabled_q, past_valid_q;
  queue_prod_t past_prod_q;
  queue_cons_t past_cons_q;

  assign pending = prod_o.ovflg != cons_i.ovackflg;

  // 14.5: an acknowledge of nothing. Software that writes back the OVFLG that it read never does it.
  logic blind_ack;

  assign blind_ack = !past_pending_q && cons_i.ovackflg != past_cons_q.ovackflg;

  // C17: a CMD_SYNC waits for the records that were taken before it, the oldest of those in flight, and
  // for the report of an abort that lost one of them.
  logic [CountWidth-1:0] oldest_q;
  logic loses, unreported_q, oldest_lost_q;

  assign loses = retire && !publish;

  // V9: a terminated record that waits while a stalled one goes is the next to go.
  logic term_passed_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      oldest_q           <= '0;
      unreported_q       <= 1'b0;
      oldest_lost_q      <= 1'b0;
      term_passed_q      <= 1'b0;
      balance_q          <= '0;
      past_valid_q       <= 1'b0;
      past_pending_q     <= 1'b0;
      past_for_full_q    <= 1'b0;
      past_full_q        <= 1'b0;
      past_publish_q     <= 1'b0;
      past_empty_q       <= 1'b0;
      past_irq_enabled_q <= 1'b0;
      past_prod_q        <= '0;
      past_cons_q        <= '0;
    end else begin
      balance_q <= balance_q + (CountWidth + 1)'(term_taken) + (CountWidth + 1)'(stall_taken) -
          (CountWidth + 1)'(publish) - (CountWidth + 1)'(retire && !publish) -
          (CountWidth + 1)'(for_disabled || for_error || for_full);
      if (mark_i) begin
        oldest_q <= in_flight + CountWidth'(write_valid_o) - CountWidth'(retire);
      end else if (retire && oldest_q != '0) begin
        oldest_q <= oldest_q - CountWidth'(1'b1);
      end
      unreported_q <= (unreported_q || loses) && !abort_o;
      oldest_lost_q <= !abort_o && (oldest_lost_q || (loses && oldest_q != '0) ||
                                    (mark_i && (unreported_q || loses)));
      term_passed_q <= term_valid_i && !term_taken && (stall_taken || term_passed_q);
      past_valid_q <= 1'b1;
      past_pending_q <= pending;
      past_for_full_q <= for_full;
      past_full_q <= full;
      past_publish_q <= publish;
      past_empty_q <= empty;
      past_irq_enabled_q <= irq_enabled_i;
      past_prod_q <= prod_o;
      past_cons_q <= cons_i;

      NSL_EveryRecordIsAccountedFor : assert (balance_q == (CountWidth + 1)'(in_flight));
      NSL_TakenHasACause : assert (!taken || for_disabled || for_error || for_full || recorded);
      NSL_RecordedGoesToMemory : assert (write_valid_o == recorded && (!recorded || write_ready_i));
      NSL_LossForFullnessShows :
      assert (!past_for_full_q || past_pending_q || pending || blind_ack);
      NSL_AbortIsFlagged :
      assert (!(retire && !publish) || abort_o || in_flight > CountWidth'(1'b1) || write_valid_o);
      NSL_AbortedOnlyBehindAnError :
      assert (!retire || publish != (response_error_i || draining_q));

      // V6: who reads the toggled OVFLG reads the WR with which the queue was full before.
      V6_OverflowOnlyAfterFullness :
      assert (!past_valid_q || !enabled_i || prod_o.ovflg == past_prod_q.ovflg || past_full_q);

      // ST1, ST2: whatever the reason, a stalled record stays where it is until it is recorded.
      ST1_StallNeverDropped : assert (!stall_taken || (recorded && !term_taken));
      ST2_StallNeverOverflows :
      assert (past_for_full_q || prod_o.ovflg == past_prod_q.ovflg || !enabled_i);

      V9_WaitingTerminatedIsNext :
      assert (!(term_passed_q && term_valid_i && write_valid_o) || term_taken);
      V9_ThenItIsNotTheStallsTurn : assert (!term_passed_q || !stall_turn_q);

      C17_SyncWaitsForTheOldest : assert (marked_o == (oldest_q != '0 || oldest_lost_q));
      C17_MarkedAreTheOldest : assert (marked_q == oldest_q && abort_marked_q == oldest_lost_q);
      C17_LossBeforeTheOldestIsTheirs : assert (!(unreported_q && oldest_q != '0) || oldest_lost_q);
      EA2_DrainsUntilReported : assert (draining_q == unreported_q);

      // What is recorded is what was offered.
      Q8_RecordIsUnchanged :
      assert (!write_valid_o || write_record_o == (stall_taken ? stall_record_i : term_record_i));

      EV1_AlwaysWritableWhenSpace :
      assert (!(term_valid_i && enabled_i && !abort_active_i && !full && !draining_q &&
                in_flight == '0 && write_ready_i) || taken);
      EV3_NeverWaitsWhenFull :
      assert (!(term_valid_i && enabled_i && full && !draining_q) || term_taken);
      I2_PulseExactlyOnNonEmpty :
      assert (irq_eventq_o == (past_publish_q && past_empty_q && past_irq_enabled_q));
      EV5_NoPulseFromOverflow : assert (!irq_eventq_o || past_publish_q);
    end
  end

endmodule
