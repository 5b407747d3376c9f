// SPDX-License-Identifier: Apache-2.0 OR MIT

// The state of an output queue against the definitions of Q4, Q5, Q9 and Q11, written with the index
// and the wrap flag apart, as the rules have them; and that WR and OVFLG move when they must, where
// smmuq_circq asserts that they move only then.
module smmuq_circq_proof
  import smmuq_pkg::*;
#(
  parameter int unsigned Qs         = 19,
  parameter int unsigned Oas        = 48,
  parameter int unsigned EntryLog2  = 5,
  parameter int unsigned CountWidth = 5
) (
  input logic clk_i,
  input logic rst_ni,

  input queue_base_t                   base_i,
  input queue_cons_t                   cons_i,
  input queue_prod_t                   prod_q,
  input logic                          prod_write_i,
  input queue_prod_t                   prod_wdata_i,
  input logic                          empty_o,
  input logic                          full_o,
  input logic                          overflow_pending_o,
  input logic                          slot_free_o,
  input logic        [Oas-1:EntryLog2] slot_o,
  input logic        [ CountWidth-1:0] in_flight_q,
  input logic                          commit_i,
  input logic                          publish_i,
  input logic                          overflow_i
);

  // Q9, Q10: as many index bits as the size in use has, and the wrap flag above them.
  logic [4:0] qs;
  logic [19:0] index_bits, wr_index, rd_index, level;
  logic wr_wrap, rd_wrap, consistent;

  assign qs = base_i.log2size < 5'(Qs) ? base_i.log2size : 5'(Qs);
  assign index_bits = ~(20'hF_FFFF << qs);
  assign wr_index = prod_q.wr & index_bits;
  assign rd_index = cons_i.rd & index_bits;
  assign wr_wrap = prod_q.wr[qs];
  assign rd_wrap = cons_i.rd[qs];

  // Q5: WR is not behind RD in the same lap, and not before it in the next.
  assign consistent = wr_wrap == rd_wrap ? wr_index >= rd_index : wr_index <= rd_index;
  assign level =
      wr_wrap == rd_wrap ? wr_index - rd_index : 20'd1 + index_bits - rd_index + wr_index;

  // Q11: the base, aligned to the queue's size, plus the index, without what is above the address size.
  logic [55:0] aligned, address;
  logic [19:0] next;

  assign aligned = {base_i.addr, 5'd0} >> (6'(qs) + 6'(EntryLog2)) << (6'(qs) + 6'(EntryLog2));
  assign next = (prod_q.wr + 20'(in_flight_q)) & index_bits;
  assign address = aligned + (56'(next) << EntryLog2);

  logic past_valid_q, past_write_q, past_publish_q, past_lost_q, past_pending_q;
  logic [4:0] past_qs_q;
  queue_prod_t past_prod_q, past_wdata_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      past_valid_q   <= 1'b0;
      past_write_q   <= 1'b0;
      past_publish_q <= 1'b0;
      past_lost_q    <= 1'b0;
      past_pending_q <= 1'b0;
      past_qs_q      <= '0;
      past_prod_q    <= '0;
      past_wdata_q   <= '0;
    end else begin
      past_valid_q   <= 1'b1;
      past_write_q   <= prod_write_i;
      past_publish_q <= publish_i;
      past_lost_q    <= overflow_i;
      past_pending_q <= overflow_pending_o;
      past_qs_q      <= qs;
      past_prod_q    <= prod_q;
      past_wdata_q   <= prod_wdata_i;

      Q4_EmptyIsSameIndexSameWrap :
      assert (empty_o == (wr_index == rd_index && wr_wrap == rd_wrap));
      Q4_FullIsSameIndexOtherWrap :
      assert (!consistent || full_o == (wr_index == rd_index && wr_wrap != rd_wrap));
      Q6_InconsistentCountsAsFull : assert (consistent || full_o);
      Q4_LevelIsAtMostTheSize : assert (!consistent || level <= index_bits + 20'd1);
      // V7: what is in flight has its slots; the rest is free, up to the limit of records in flight.
      V7_FreeAreNeitherVisibleNorInFlight :
      assert (!slot_free_o || (consistent && level + 20'(in_flight_q) <= index_bits));
      Q11_SlotIsBasePlusIndex : assert (!commit_i || slot_o == address[Oas-1:EntryLog2]);

      if (past_valid_q && past_write_q) begin
        E3_ProdIsWhatSoftwareWrote : assert (prod_q == past_wdata_q);
      end
      if (past_valid_q && !past_write_q) begin
        Q3_WrMovesWithEachRecord :
        assert (!past_publish_q ||
                prod_q.wr == ((past_prod_q.wr + 20'd1) & ~(20'hF_FFFE << past_qs_q)));
        Q3_WrMovesOnlyWithARecord : assert (past_publish_q || prod_q.wr == past_prod_q.wr);
        EV4_FirstLossToggles :
        assert (!past_lost_q || past_pending_q || prod_q.ovflg != past_prod_q.ovflg);
        EV4_StableWhilePending : assert (!past_pending_q || prod_q.ovflg == past_prod_q.ovflg);
        EV4_StableWithoutLoss : assert (past_lost_q || prod_q.ovflg == past_prod_q.ovflg);
      end
    end
  end

endmodule
