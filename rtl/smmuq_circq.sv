// SPDX-License-Identifier: Apache-2.0 OR MIT

// A circular queue that the SMMU produces, the Event or the PRI queue: PROD, how full it is, and which
// slot comes next. It does not know what is recorded or dropped, and why.
//
// Between the commit of a record and its publication the record occupies a slot behind WR that the
// consumer cannot see yet (V1, V7); `in_flight_q` counts these.
module smmuq_circq
  import smmuq_pkg::*;
#(
  parameter int unsigned Qs          = 19,
  parameter int unsigned Oas         = 48,
  parameter int unsigned Outstanding = 16,
  // Log2 of the bytes of an entry (Q2): 5 for events, 4 for PRI messages.
  parameter int unsigned EntryLog2   = 5,
  parameter int unsigned CountWidth  = $clog2(Outstanding) + 1
) (
  input logic clk_i,
  input logic rst_ni,

  // Registers as software wrote them; the owner of the guard decides when PROD may be written.
  input  queue_base_t base_i,
  input  queue_cons_t cons_i,
  input  logic        prod_write_i,
  input  queue_prod_t prod_wdata_i,
  output queue_prod_t prod_o,

  // The state that decisions are made on.
  output logic                   empty_o,
  output logic                   full_o,
  output logic                   overflow_pending_o,
  output logic                   slot_free_o,
  output logic [Oas-1:EntryLog2] slot_o,
  output logic [ CountWidth-1:0] in_flight_o,

  // What happens in this cycle.
  input logic commit_i,   // a record takes the slot `slot_o`
  input logic retire_i,   // the oldest record in flight is answered for ...
  input logic publish_i,  // ... and becomes visible
  input logic overflow_i  // something was lost because the queue is full
);

  localparam int unsigned SlotWidth = Oas - EntryLog2;
  localparam int unsigned BaseWidth = 56 - EntryLog2;

  queue_prod_t prod_q;
  logic [CountWidth-1:0] in_flight_q;

  logic [19:0] wrap_mask, index_mask, capacity;

  assign wrap_mask    = queue_wrap_mask(base_i.log2size, Qs);
  assign index_mask   = wrap_mask >> 1;
  assign capacity     = wrap_mask ^ index_mask;

  // Q12, Q13: bits above the wrap bit are stored, and neither read nor used.
  assign prod_o.ovflg = prod_q.ovflg;
  assign prod_o.wr    = prod_q.wr & wrap_mask;

  // Q4, V7: what the consumer can see decides. Q6: an inconsistent pair counts as full.
  logic [19:0] used;

  assign used = (prod_q.wr - cons_i.rd) & wrap_mask;
  assign empty_o = used == '0;
  assign full_o = (used & capacity) != '0;

  // Q8: a slot is free if neither the consumer nor a record in flight has it.
  assign slot_free_o = !full_o && 20'(in_flight_q) < capacity - used &&
      in_flight_q != CountWidth'(Outstanding);

  assign in_flight_o = in_flight_q;

  // Q11: the base is aligned down to the queue's size and truncated to the physical address size.
  // Its alignment to 32 bytes, for one entry of 16, is in the register (Q10).
  logic [19:0] next_index;
  logic [BaseWidth-1:0] base;

  assign next_index = (prod_q.wr + 20'(in_flight_q)) & index_mask;
  assign base       = BaseWidth'({base_i.addr, 5'd0} >> EntryLog2);
  assign slot_o     = SlotWidth'((base & ~BaseWidth'(index_mask)) | BaseWidth'(next_index));

  // EV4, P5: the flag toggles once, and again only after software acknowledged.
  logic overflow_pending;

  assign overflow_pending   = prod_q.ovflg != cons_i.ovackflg;
  assign overflow_pending_o = overflow_pending;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      prod_q      <= '0;  // R1: OVFLG is 0; WR is UNKNOWN, and 0 here
      in_flight_q <= '0;
    end else begin
      in_flight_q <= in_flight_q + CountWidth'(commit_i) - CountWidth'(retire_i);
      if (prod_write_i) begin
        prod_q <= prod_wdata_i;
      end else begin
        if (publish_i) begin
          prod_q.wr <= (prod_q.wr + 20'd1) & wrap_mask;  // Q3: index and wrap in one step
        end
        if (overflow_i && !overflow_pending) begin
          prod_q.ovflg <= !prod_q.ovflg;
        end
      end
    end
  end

  // The state of the cycle before, to check steps with.
  queue_prod_t past_prod_q;
  logic past_valid_q, past_write_q, past_full_q, past_pending_q, past_lost_q;
  logic [19:0] distance;

  // Seen from the consumer, how far ahead of RD the slot is that a commit would take.
  assign distance = (prod_q.wr + 20'(in_flight_q) - cons_i.rd) & wrap_mask;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      past_prod_q    <= '0;
      past_valid_q   <= 1'b0;
      past_write_q   <= 1'b0;
      past_full_q    <= 1'b0;
      past_pending_q <= 1'b0;
      past_lost_q    <= 1'b0;
    end else begin
      past_prod_q    <= prod_q;
      past_valid_q   <= 1'b1;
      past_write_q   <= prod_write_i;
      past_full_q    <= full_o;
      past_pending_q <= overflow_pending;
      past_lost_q    <= overflow_i;

      // Q8 is claimed at the commit, where software's CONS is what it is: a CONS that moves
      // wrongly later (Q14) makes the contents unknown, not the block wrong.
      Q8_NeverOverAnUnreadEntry : assert (!commit_i || distance < capacity);
      Q8_NeverTwoInOneSlot : assert (20'(in_flight_q) <= capacity);
      V7_FreeSlotsCoverFlight : assert (!commit_i || 20'(in_flight_q) < capacity - used);
      EV1_NoCommitWhenFull : assert (!commit_i || !full_o);
      // Outstanding is a power of 2, so its bit is the highest.
      V5_OutstandingIsALimit :
      assert (in_flight_q[CountWidth-1] == (in_flight_q == CountWidth'(Outstanding)));
      V5_NoCommitBeyondLimit : assert (!commit_i || in_flight_q != CountWidth'(Outstanding));
      V5_AnswerHasARecord : assert (!retire_i || in_flight_q != '0);
      V1_PublishIsAnAnswer : assert (!publish_i || retire_i);
      E3_NoWriteInFlight : assert (!prod_write_i || in_flight_q == '0);

      if (past_valid_q && !past_write_q) begin
        // As the present size shows it; the size cannot change while WR may move (E3).
        Q3_WrMovesByOne :
        assert (
            prod_o.wr == (past_prod_q.wr & wrap_mask) ||
            prod_o.wr == ((past_prod_q.wr + 20'd1) & wrap_mask));
        EV4_ToggleOnlyOnLoss :
        assert (
            prod_o.ovflg == past_prod_q.ovflg || (past_lost_q && past_full_q && !past_pending_q));
      end
    end
  end

endmodule
