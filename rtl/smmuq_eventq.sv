// SPDX-License-Identifier: Apache-2.0 OR MIT

// The Event queue's policy (spec table 4.4): what becomes of each record, what a write response
// means, and when software is interrupted.
module smmuq_eventq
  import smmuq_pkg::*;
#(
  parameter int unsigned EventQs     = 19,
  parameter int unsigned Oas         = 48,
  parameter int unsigned Outstanding = 16,
  parameter bit          Stall       = 1'b1
) (
  input logic clk_i,
  input logic rst_ni,

  // Registers.
  input  logic        enabled_i,       // effective EVENTQEN
  input  logic        irq_enabled_i,   // effective EVENTQ_IRQEN
  input  logic        abort_active_i,  // GERROR.EVENTQ_ABT_ERR not acknowledged
  input  queue_base_t base_i,
  input  queue_cons_t cons_i,
  input  logic        prod_write_i,
  input  queue_prod_t prod_wdata_i,
  output queue_prod_t prod_o,
  output logic        in_flight_o,
  output logic        abort_o,         // an aborted group of records is complete: flag it

  // C17: a CMD_SYNC marks what is committed so far, and waits for it.
  input  logic mark_i,
  output logic marked_o,

  // Records of terminated and of stalled transactions.
  input  logic         term_valid_i,
  output logic         term_ready_o,
  input  logic [255:0] term_record_i,
  input  logic         stall_valid_i,
  output logic         stall_ready_o,
  input  logic [255:0] stall_record_i,

  // Records to memory, and their responses, oldest first.
  output logic              write_valid_o,
  input  logic              write_ready_i,
  output logic    [Oas-1:5] write_slot_o,
  output record_t           write_record_o,
  input  logic              response_valid_i,
  input  logic              response_error_i,

  output logic irq_eventq_o
);

  localparam int unsigned CountWidth = $clog2(Outstanding) + 1;

  logic empty, full, slot_free;
  logic [CountWidth-1:0] in_flight;
  logic any_in_flight, one_in_flight;
  logic commit, retire, publish, overflow;
  logic draining_q;

  assign any_in_flight = in_flight != '0;
  assign one_in_flight = in_flight == CountWidth'(1'b1);

  // Decision on a record, in the order of the rules.
  logic discard, recordable;

  always_comb begin
    discard    = 1'b0;
    recordable = 1'b0;
    overflow   = 1'b0;
    if (!enabled_i) begin
      discard = 1'b1;  // E6: dropped, no overflow
    end else if (draining_q) begin
      discard = 1'b0;  // EA2: what comes behind an abort waits until the abort is flagged
    end else if (abort_active_i) begin
      discard = 1'b1;  // EV1, EA4: dropped because of the error, even if also full: no overflow
    end else if (full) begin
      discard  = 1'b1;  // EV3: lost because full
      overflow = term_valid_i;
    end else begin
      // EV1, EV2: writable, whatever the overflow flag says. V6, V7: with every free slot taken by
      // a record in flight the queue is about to be full, but nobody could have seen it yet: wait.
      recordable = slot_free && write_ready_i;
    end
  end

  // V9: the ports take turns; a terminated record that leaves while a stalled one waits has had its
  // turn, also if it was dropped. ST1, ST2: a stalled record has no way out but to be recorded.
  // ST7: without the stall model there is none.
  logic stall_turn_q, stall_valid;

  assign stall_valid = Stall && stall_valid_i;
  assign term_ready_o = discard || (recordable && !(stall_valid && stall_turn_q));
  assign stall_ready_o = Stall && recordable && (stall_turn_q || !term_valid_i);

  assign commit = recordable && (term_valid_i || stall_valid);

  assign write_valid_o = commit;
  assign write_record_o = record_t'(stall_valid && stall_ready_o ? stall_record_i : term_record_i);

  // A response. Behind an error everything in flight is lost, good responses too (EA2). A record
  // that commits in the cycle of the error is behind it as well.
  logic aborting, group_done;

  assign retire      = response_valid_i && any_in_flight;
  assign aborting    = draining_q || response_error_i;
  assign publish     = retire && !aborting;
  assign group_done  = one_in_flight && !commit;
  assign abort_o     = retire && aborting && group_done;

  assign in_flight_o = any_in_flight;

  // C17: the records that a CMD_SYNC waits for are the oldest in flight; an abort among them is
  // flagged when the draining ends. It does not wait for an abort of records behind it.
  logic [CountWidth-1:0] marked_q;
  logic draining_d, abort_marked_q;

  assign draining_d = retire ? aborting && !group_done : draining_q;
  assign marked_o   = marked_q != '0 || abort_marked_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      draining_q     <= 1'b0;
      stall_turn_q   <= 1'b0;
      irq_eventq_o   <= 1'b0;
      marked_q       <= '0;
      abort_marked_q <= 1'b0;
    end else begin
      if (mark_i) begin
        marked_q <= in_flight + CountWidth'(commit) - CountWidth'(retire);
      end else if (retire && marked_q != '0) begin
        marked_q <= marked_q - CountWidth'(1'b1);
      end
      draining_q     <= draining_d;
      abort_marked_q <= draining_d && (mark_i || marked_q != '0 || abort_marked_q);
      if (term_valid_i && term_ready_o) begin
        stall_turn_q <= 1'b1;
      end else if (stall_valid && stall_ready_o) begin
        stall_turn_q <= 1'b0;
      end
      // I2, V3: with the PROD that shows it. I4, I5: the enable counts when the cause happens, so no
      // cause of before is remembered.
      irq_eventq_o <= publish && empty && irq_enabled_i;
    end
  end

  logic unused_overflow_pending;  // EV2: recording does not depend on it

  smmuq_circq #(
    .Qs         (EventQs),
    .Oas        (Oas),
    .Outstanding(Outstanding),
    .EntryLog2  (5)
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
    .overflow_pending_o(unused_overflow_pending),
    .slot_free_o       (slot_free),
    .slot_o            (write_slot_o),
    .in_flight_o       (in_flight),
    .commit_i          (commit),
    .retire_i          (retire),
    .publish_i         (publish),
    .overflow_i        (overflow)
  );

  // The cycle before, to check steps with.
  queue_prod_t past_prod_q;
  logic past_valid_q, past_write_q, past_lossy_q, past_irq_cause_q;
  logic past_draining_q, past_abort_q;
  logic stall_passed_q;  // a terminated record went past the stalled one that is waiting
  logic term_taken, stall_taken;

  assign term_taken  = term_valid_i && term_ready_o;
  assign stall_taken = stall_valid_i && stall_ready_o;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      past_prod_q      <= '0;
      past_valid_q     <= 1'b0;
      past_write_q     <= 1'b0;
      past_lossy_q     <= 1'b0;
      past_irq_cause_q <= 1'b0;
      past_draining_q  <= 1'b0;
      past_abort_q     <= 1'b0;
      stall_passed_q   <= 1'b0;
    end else begin
      past_prod_q      <= prod_o;
      past_valid_q     <= 1'b1;
      past_write_q     <= prod_write_i;
      past_lossy_q     <= enabled_i && !abort_active_i && full && term_taken && !commit;
      past_irq_cause_q <= publish && empty && irq_enabled_i;
      past_draining_q  <= draining_q;
      past_abort_q     <= abort_o;
      stall_passed_q   <= stall_valid && !stall_taken && (term_taken || stall_passed_q);

      EV1_CommitOnlyWhenWritable :
      assert (!commit || (enabled_i && !full && !abort_active_i && !draining_q));
      V9_OneRecordACycle : assert (!(term_taken && stall_taken));
      V9_WaitingStallIsNext : assert (!(stall_passed_q && stall_valid && commit) || stall_taken);
      V9_TurnPassesOn : assert (!stall_passed_q || stall_turn_q);
      V5_CommitIsAHandshake : assert (!commit || term_taken || stall_taken);
      ST1_StallOnlyWhenWritable :
      assert (!stall_ready_o || (enabled_i && !full && !abort_active_i && !draining_q));
      ST1_StallIsRecorded : assert (!stall_taken || commit);
      E6_DroppedWhenDisabled : assert (enabled_i || term_ready_o);
      EA2_FlaggedWhenNoneInFlight : assert (!abort_o || (one_in_flight && !commit));
      C17_MarkedAreInFlight : assert (marked_q <= in_flight);
      C17_MarkedAbortIsOne : assert (!abort_marked_q || draining_q);
      EA2_DrainsSomething : assert (!draining_q || any_in_flight);
      EA2_NothingPublishedBehindAnError : assert (!publish || !(draining_q || response_error_i));
      EA2_DrainEndsFlagged : assert (!past_draining_q || draining_q || past_abort_q);
      EV4_ToggleOnlyOnLostRecord :
      assert (!past_valid_q || past_write_q || prod_o.ovflg == past_prod_q.ovflg || past_lossy_q);
      I2_PulseOnlyAfterItsCause : assert (!irq_eventq_o || past_irq_cause_q);
      V3_PulseWithItsRecord : assert (!irq_eventq_o || prod_o.wr != past_prod_q.wr);
    end
  end

endmodule
