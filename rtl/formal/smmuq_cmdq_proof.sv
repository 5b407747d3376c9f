// SPDX-License-Identifier: Apache-2.0 OR MIT

// The Command queue: any command that the solver picks when it comes from memory is handed out
// unchanged when RD shows its place, or thrown away by a stop; an error stops the queue at the command
// that failed, and the acknowledge alone starts it again.
module smmuq_cmdq_proof
  import smmuq_pkg::*;
#(
  parameter int unsigned CmdQs      = 19,
  parameter int unsigned Oas        = 48,
  parameter bit          Sev        = 1'b1,
  parameter int unsigned CountWidth = 3
) (
  input logic clk_i,
  input logic rst_ni,

  input queue_base_t                         base_i,
  input logic        [          19:0]        prod_wr_i,
  input logic        [          19:0]        rd_q,
  input logic        [          19:0]        pending,
  input logic                                run,
  input logic                                cons_write_i,
  input logic                                ar_valid_q,
  input logic        [       Oas-5:0]        ar_slot_q,
  input logic        [           1:0]        ar_len_q,
  input logic        [CountWidth-1:0]        beats_q,
  input logic                                stale_q,
  input logic                                started_q,
  input logic                                synced_q,
  input logic        [CountWidth-1:0]        count_q,
  input logic                                launch,
  input logic                                push,
  input logic                                flush,
  input logic                                consumed,
  input logic                                failed,
  input logic        [           1:0]        head_q,
  input logic        [           3:0][128:0] buffer_q,
  input logic        [         128:0]        head,
  input logic        [         127:0]        rdata_i,
  input logic        [           1:0]        rresp_i,
  input logic                                cmd_valid_o,
  input logic        [         127:0]        cmd_o,
  input logic                                sync_valid_o,
  input logic                                sync_ready_i,
  input logic                                sync_atc_error_i,
  input logic                                events_marked_i,
  input logic                                msi_busy_i,
  input logic                                irq_cmd_sync_o,
  input logic                                sev_o,
  input logic                                busy_o
);

  logic [4:0] qs;
  logic [19:0] index_bits, prod_index, rd_index;
  logic prod_wrap, rd_wrap, consistent, any_pending, full;

  assign qs          = base_i.log2size < 5'(CmdQs) ? base_i.log2size : 5'(CmdQs);
  assign index_bits  = ~(20'hF_FFFF << qs);
  assign prod_index  = prod_wr_i & index_bits;
  assign rd_index    = rd_q & index_bits;
  assign prod_wrap   = prod_wr_i[qs];
  assign rd_wrap     = rd_q[qs];
  assign consistent  = prod_wrap == rd_wrap ? prod_index >= rd_index : prod_index <= rd_index;
  assign any_pending = consistent && (prod_index != rd_index || prod_wrap != rd_wrap);
  assign full        = prod_index == rd_index && prod_wrap != rd_wrap;

  logic pick;  // free: the command that comes in now is the one to follow

  smmuq_any u_pick (.any_o(pick));
  logic followed_q;
  logic [128:0] command_q;
  logic [CountWidth-1:0] ahead_q;
  logic [Oas-5:0] slot_q;
  logic [1:0] place;

  assign place = head_q + 2'(ahead_q);

  // Q11: where the command with a distance from RD is.
  logic [55:0] aligned;
  logic [Oas-5:0] fetched_slot, expected_slot, followed_slot;
  logic [19:0] expected_index, followed_index;

  assign aligned = {base_i.addr, 5'd0} >> (6'(qs) + 6'd4) << (6'(qs) + 6'd4);
  assign expected_index = (rd_q + 20'(count_q)) & index_bits;
  assign expected_slot = aligned[Oas-1:4] + (Oas - 4)'(expected_index);
  assign followed_index = (rd_q + 20'(ahead_q)) & index_bits;
  assign followed_slot = aligned[Oas-1:4] + (Oas - 4)'(followed_index);
  assign fetched_slot   = ar_slot_q +
      (ar_valid_q ? '0 : (Oas - 4)'(ar_len_q) + (Oas - 4)'(1'b1) - (Oas - 4)'(beats_q));

  logic is_sync, done_sync, was_sync_irq_q, was_sev_q, past_valid_q, past_failed_q, past_write_q;
  logic [19:0] past_rd_q;

  assign is_sync   = head[7:0] == 8'h46;
  assign done_sync = consumed && is_sync;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      followed_q     <= 1'b0;
      command_q      <= '0;
      ahead_q        <= '0;
      slot_q         <= '0;
      was_sync_irq_q <= 1'b0;
      was_sev_q      <= 1'b0;
      past_valid_q   <= 1'b0;
      past_failed_q  <= 1'b0;
      past_write_q   <= 1'b0;
      past_rd_q      <= '0;
    end else begin
      if (!followed_q) begin
        followed_q <= push && pick;
        command_q  <= {rresp_i[1], rdata_i};
        ahead_q    <= count_q - CountWidth'(consumed);
        slot_q     <= fetched_slot;
      end else if (consumed && ahead_q == '0) begin
        followed_q <= 1'b0;
      end else if (flush && (ahead_q != '0 || !started_q || failed)) begin
        followed_q <= 1'b0;
      end else if (consumed) begin
        ahead_q <= ahead_q - CountWidth'(1'b1);
      end
      was_sync_irq_q <= done_sync && head[13:12] == 2'b01;
      was_sev_q      <= Sev && consumed && (full || (is_sync && head[13:12] == 2'b10));
      past_valid_q   <= 1'b1;
      past_failed_q  <= failed;
      past_write_q   <= cons_write_i;
      past_rd_q      <= rd_q;

      // Order and integrity, and Q17: a command is used when RD is at it, never later again.
      C2_HeadIsTheFollowed : assert (!followed_q || ahead_q != '0 || head == command_q);
      C2_CommandIsUnchanged :
      assert (!(cmd_valid_o && followed_q && ahead_q == '0) || cmd_o == command_q[127:0]);
      Q11_CommandCameFromItsPlace :
      assert (!(followed_q && ahead_q == '0 && (consumed || failed)) || slot_q == followed_slot);
      Q17_FollowedIsInTheBuffer :
      assert (!followed_q || (ahead_q < count_q && buffer_q[place] == command_q));
      Q17_FollowedKeepsItsPlace : assert (!followed_q || slot_q == followed_slot);
      Q17_FetchIsForTheEndOfTheBuffer :
      assert (!((ar_valid_q || beats_q != '0) && !stale_q) || fetched_slot == expected_slot);
      Q17_BurstEndsInTheQueue :
      assert (!((ar_valid_q || beats_q != '0) && !stale_q) ||
              20'(ar_slot_q & (Oas - 4)'(index_bits)) + 20'(ar_len_q) <= index_bits);
      Q17_BeatsAreOfTheBurst :
      assert (ar_valid_q || beats_q == '0 || beats_q <= CountWidth'(ar_len_q) + CountWidth'(1'b1));

      // C1, Q4: what is pending. Never past PROD. E9: whatever is pending, from whenever, is fetched.
      C1_PendingIsUpToProd : assert ((pending != '0) == any_pending);
      C1_NothingConsumedBeyondProd : assert (!consumed || started_q || any_pending);
      E9_PendingIsFetched :
      assert (!(run && any_pending && count_q == '0 && !ar_valid_q && beats_q == '0) || launch);
      C3_RdStaysAtTheFailed : assert (!past_failed_q || past_write_q || rd_q == past_rd_q);
      C3_FailedIsNotKept : assert (!past_failed_q || (count_q == '0 && !started_q));

      // C12, C14, C17, C10: what a CMD_SYNC waits for, and what it tells.
      C17_SyncWaitsForRecords : assert (!done_sync || (!events_marked_i && !msi_busy_i));
      C14_SyncIrqExactlyOnCompletion : assert (irq_cmd_sync_o == was_sync_irq_q);
      C10_SevExactly : assert (sev_o == was_sev_q);
      C13_AtcErrorIsNoCompletion :
      assert (!(sync_valid_o && sync_ready_i && sync_atc_error_i) || (failed && !consumed));
      E8_BusyWhileStarted : assert (busy_o || (!started_q && !synced_q && !ar_valid_q));
    end
  end

endmodule
