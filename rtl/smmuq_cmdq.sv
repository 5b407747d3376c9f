// SPDX-License-Identifier: Apache-2.0 OR MIT

// The Command queue: fetch into a small buffer, decode, hand out in order, and the errors. CONS lives
// here. The oldest command stays at the head of the buffer until it is consumed.
module smmuq_cmdq
  import smmuq_pkg::*;
#(
  parameter int unsigned CmdQs = 19,
  parameter int unsigned Oas   = 48,
  parameter bit          Stall = 1'b1,
  parameter bit          Pri   = 1'b1,
  parameter bit          Sev   = 1'b1,
  parameter bit          Ats   = 1'b1
) (
  input logic clk_i,
  input logic rst_ni,

  // Registers.
  input  logic               enabled_i,       // effective CMDQEN
  input  logic               smmu_enabled_i,  // effective SMMUEN
  input  logic               error_active_i,  // GERROR.CMDQ_ERR not acknowledged
  input  queue_base_t        base_i,
  input  logic        [19:0] prod_wr_i,
  input  logic               cons_write_i,
  input  logic        [19:0] cons_wdata_i,
  output logic        [19:0] cons_rd_o,
  output cerror_e            cons_err_o,
  output logic               busy_o,          // E8
  output logic               error_o,         // a command failed: flag it

  // Commands from memory.
  input  logic [    3:0] cache_i,
  output logic           arvalid_o,
  input  logic           arready_i,
  output logic [    1:0] arid_o,
  output logic [Oas-1:0] araddr_o,
  output logic [    7:0] arlen_o,
  output logic [    2:0] arsize_o,
  output logic [    1:0] arburst_o,
  output logic [    3:0] arcache_o,
  output logic [    2:0] arprot_o,
  input  logic           rvalid_i,
  output logic           rready_o,
  input  logic [    1:0] rid_i,
  input  logic [  127:0] rdata_i,
  input  logic [    1:0] rresp_i,
  input  logic           rlast_i,

  // Commands to the rest of the SMMU.
  output logic         cmd_valid_o,
  input  logic         cmd_ready_i,
  output logic [127:0] cmd_o,
  output logic         sync_valid_o,
  input  logic         sync_ready_i,
  input  logic         sync_atc_error_i,

  // CMD_PRI_RESP.
  output logic          prg_valid_o,
  output logic          prg_started_o,
  output prg_response_t prg_o,
  input  logic          prg_presented_i,
  input  logic          prg_taken_i,

  // CMD_SYNC: the records that it waits for (C17), its interrupt and its MSI (C15).
  output logic        events_mark_o,
  input  logic        events_marked_i,
  input  logic        msi_busy_i,
  output msi_config_t msi_config_o,
  output logic        irq_cmd_sync_o,
  output logic        sev_o
);

  localparam int unsigned SlotWidth = Oas - 4;
  localparam int unsigned BufferLog2 = 2;
  localparam int unsigned Buffer = 2 ** BufferLog2;
  localparam int unsigned CountWidth = BufferLog2 + 1;

  // CONS and how much is pending. Q6, Q15: nothing if the pair is inconsistent.
  logic [19:0] rd_q;
  cerror_e err_q;
  logic [19:0] wrap_mask, index_mask, capacity, used, pending;

  assign wrap_mask  = queue_wrap_mask(base_i.log2size, CmdQs);
  assign index_mask = wrap_mask >> 1;
  assign capacity   = wrap_mask ^ index_mask;
  assign used       = (prod_wr_i - rd_q) & wrap_mask;
  assign pending    = used > capacity ? 20'd0 : used;

  assign cons_rd_o  = rd_q & wrap_mask;  // Q12
  assign cons_err_o = err_q;

  // C1, C6, C7: what software controls. E9: a level, so that what is pending at an enable or at the
  // acknowledge of an error goes on without a write of PROD.
  logic run;

  assign run = enabled_i && !error_active_i;

  // The buffer (Q17).
  typedef struct packed {
    logic         error;
    logic [127:0] words;
  } fetched_t;

  fetched_t [Buffer-1:0] buffer_q;
  logic [BufferLog2-1:0] head_q, tail;
  logic [CountWidth-1:0] count_q;
  logic consumed, failed, flush, push;
  fetched_t head;

  assign head = buffer_q[head_q];
  assign tail = head_q + count_q[BufferLog2-1:0];

  // Fetch: one burst at a time, never past PROD (C1), the end of the queue, or 4 KiB.
  logic ar_valid_q;
  logic [SlotWidth-1:0] ar_slot_q;
  logic [1:0] ar_len_q;
  logic [CountWidth-1:0] beats_q;
  logic stale_q;  // what is still to come was fetched before a stop

  logic [19:0] fetch_index, unfetched, to_end;
  logic [SlotWidth-1:0] fetch_slot;
  logic [CountWidth-1:0] room, length;
  logic launch;

  // Q11: aligned and truncated as the other queues.
  assign fetch_index = (rd_q + 20'(count_q)) & index_mask;
  assign fetch_slot = SlotWidth'(({base_i.addr, 1'b0} & ~52'(index_mask)) | 52'(fetch_index));

  assign unfetched = pending > 20'(count_q) ? pending - 20'(count_q) : 20'd0;
  assign to_end = (index_mask & ~fetch_index) + 20'd1;
  assign room = CountWidth'(Buffer) - count_q;

  always_comb begin
    length = room;
    if (unfetched < 20'(length)) length = CountWidth'(unfetched);
    if (to_end < 20'(length)) length = CountWidth'(to_end);
    // A queue that crosses 4 KiB is aligned to it, so the index tells how far that is.
    if (9'd256 - {1'b0, fetch_index[7:0]} < 9'(length)) begin
      length = CountWidth'(9'd256 - {1'b0, fetch_index[7:0]});
    end
  end

  assign launch = run && !failed && !ar_valid_q && beats_q == '0 && length != '0;

  assign arvalid_o = ar_valid_q;
  assign arid_o    = AxiIdCmdq;
  assign araddr_o  = {ar_slot_q, 4'd0};
  assign arlen_o   = {6'd0, ar_len_q};
  assign arsize_o  = 3'd4;
  assign arburst_o = AxiIncr;
  assign arcache_o = cache_i;
  assign arprot_o  = AxiProt;
  assign rready_o  = 1'b1;

  logic ar_taken, r_taken;
  logic ar_valid_d;
  logic [CountWidth-1:0] beats_d;

  assign ar_taken   = ar_valid_q && arready_i;
  assign r_taken    = rvalid_i && rid_i == AxiIdCmdq && beats_q != '0;
  assign ar_valid_d = launch || (ar_valid_q && !arready_i);

  always_comb begin
    beats_d = beats_q - CountWidth'(r_taken);
    if (ar_taken) beats_d = CountWidth'(ar_len_q) + CountWidth'(1'b1);
  end

  // Q17: a stop empties the buffer, and what is still to come is not for it; a started command goes on.
  assign flush = failed || !run;
  assign push  = r_taken && !stale_q && !flush;

  logic unused_r;
  assign unused_r = ^{rlast_i, rresp_i[0]};  // the beats are counted; both errors are an abort (C4)

  // Decode (spec table 10.3).
  logic [7:0] opcode;
  logic ssec, is_sync, is_pri_resp;
  cerror_e verdict;

  assign opcode      = head.words[7:0];
  assign ssec        = head.words[10];
  assign is_sync     = opcode == 8'h46;
  assign is_pri_resp = opcode == 8'h41;

  always_comb begin
    unique case (opcode)
      8'h01, 8'h02, 8'h03, 8'h04, 8'h05, 8'h06: verdict = ssec ? CerrorIll : CerrorNone;  // C5
      8'h10, 8'h11, 8'h12, 8'h13, 8'h20, 8'h21, 8'h22, 8'h23, 8'h28, 8'h2A, 8'h30:
      verdict = CerrorNone;
      8'h40: verdict = Ats ? CerrorNone : CerrorIll;
      8'h41: verdict = Pri && head.words[77:76] != 2'b11 ? CerrorNone : CerrorIll;  // P13
      8'h44, 8'h45: verdict = Stall && !ssec ? CerrorNone : CerrorIll;  // C18, ST7
      8'h46: verdict = head.words[13:12] != 2'b11 ? CerrorNone : CerrorIll;  // C12
      default: verdict = CerrorIll;
    endcase
    if (head.error) begin
      verdict = CerrorAbt;  // C4
    end
  end

  // The oldest command. E8: once shown to somebody it is finished, whatever is disabled meanwhile.
  logic started_q, synced_q, go, proper;

  assign go            = count_q != '0 && (started_q || (run && pending != '0));
  assign proper        = go && (started_q || verdict == CerrorNone);

  assign cmd_valid_o   = proper && !is_sync && !is_pri_resp;
  assign cmd_o         = cmd_valid_o ? head.words : '0;
  assign sync_valid_o  = proper && is_sync && !synced_q;

  // P13: ignored while the SMMU is disabled. Resp is not the code on the wire.
  assign prg_valid_o   = proper && is_pri_resp && (started_q || smmu_enabled_i);
  assign prg_started_o = started_q && is_pri_resp;

  always_comb begin
    prg_o              = '0;
    prg_o.stream_id    = head.words[63:32];
    prg_o.ssv          = head.words[11];
    prg_o.substream_id = head.words[11] ? head.words[31:12] : 20'd0;
    prg_o.index        = head.words[72:64];
    unique case (head.words[77:76])
      2'b00:   prg_o.code = PrgFailure;
      2'b01:   prg_o.code = PrgInvalid;
      default: prg_o.code = PrgSuccess;
    endcase
  end

  // C16, C17, C15: a CMD_SYNC that is accepted waits for the records and for the MSI of the one before.
  logic sync_taken, sync_done, skipped;

  assign sync_taken    = sync_valid_o && sync_ready_i;
  assign events_mark_o = sync_taken && !sync_atc_error_i;
  assign sync_done     = synced_q && !events_marked_i && !msi_busy_i;
  assign skipped       = proper && is_pri_resp && !prg_valid_o;

  assign consumed      = (cmd_valid_o && cmd_ready_i) || prg_taken_i || skipped || sync_done;

  // C3: a failed command stops the queue; it is the one that RD shows.
  cerror_e reason;

  always_comb begin
    failed = 1'b0;
    reason = verdict;
    if (go && !proper) begin
      failed = 1'b1;
    end else if (sync_taken && sync_atc_error_i) begin
      failed = 1'b1;
      reason = CerrorAtcInvSync;
    end
  end

  assign error_o = failed;
  assign busy_o  = started_q || ar_valid_q || beats_q != '0;

  logic started_d;

  assign started_d = !consumed && !failed &&
      (started_q || cmd_valid_o || sync_valid_o || prg_presented_i);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      rd_q           <= '0;
      err_q          <= CerrorNone;
      buffer_q       <= '0;
      head_q         <= '0;
      count_q        <= '0;
      ar_valid_q     <= 1'b0;
      ar_slot_q      <= '0;
      ar_len_q       <= '0;
      beats_q        <= '0;
      stale_q        <= 1'b0;
      started_q      <= 1'b0;
      synced_q       <= 1'b0;
      msi_config_o   <= '0;
      irq_cmd_sync_o <= 1'b0;
      sev_o          <= 1'b0;
    end else begin
      if (cons_write_i) begin
        rd_q <= cons_wdata_i;  // C8: ERR ignores what is written
      end else if (consumed) begin
        rd_q <= (rd_q + 20'd1) & wrap_mask;
      end
      if (failed) begin
        err_q <= reason;  // C3: with GERROR
      end

      ar_valid_q <= ar_valid_d;
      beats_q    <= beats_d;
      stale_q    <= (flush || stale_q) && (ar_valid_d || beats_d != '0);
      if (launch) begin
        ar_slot_q <= fetch_slot;
        ar_len_q  <= 2'(length - CountWidth'(1'b1));
      end

      if (push) begin
        buffer_q[tail] <= '{error: rresp_i[1], words: rdata_i};
      end
      head_q <= head_q + BufferLog2'(consumed);
      count_q   <= flush ? CountWidth'(started_d) :
          count_q + CountWidth'(push) - CountWidth'(consumed);
      started_q <= started_d;
      synced_q <= events_mark_o || (synced_q && !sync_done);

      // C12, C14: with the CONS that shows it. C10: and a wake-up if the queue was full.
      irq_cmd_sync_o <= sync_done && head.words[13:12] == 2'b01;
      sev_o <= Sev && ((sync_done && head.words[13:12] == 2'b10) || (consumed && used == capacity));
      if (sync_done) begin
        msi_config_o <= '{
            addr: head.words[119:66],
            data: head.words[63:32],
            memattr: head.words[27:24]
        };
      end
    end
  end

  // The cycle before, to check steps with.
  logic past_valid_q, past_write_q, past_consumed_q, past_failed_q, past_run_q;
  logic past_ar_waiting_q, past_cmd_waiting_q, past_sync_waiting_q;
  logic [19:0] past_rd_q;
  cerror_e past_err_q, past_reason_q;
  logic [Oas+12-1:0] past_ar_q;
  logic [127:0] past_cmd_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      past_valid_q        <= 1'b0;
      past_write_q        <= 1'b0;
      past_consumed_q     <= 1'b0;
      past_failed_q       <= 1'b0;
      past_run_q          <= 1'b0;
      past_ar_waiting_q   <= 1'b0;
      past_cmd_waiting_q  <= 1'b0;
      past_sync_waiting_q <= 1'b0;
      past_rd_q           <= '0;
      past_err_q          <= CerrorNone;
      past_reason_q       <= CerrorNone;
      past_ar_q           <= '0;
      past_cmd_q          <= '0;
    end else begin
      past_valid_q        <= 1'b1;
      past_write_q        <= cons_write_i;
      past_consumed_q     <= consumed;
      past_failed_q       <= failed;
      past_run_q          <= run;
      past_ar_waiting_q   <= arvalid_o && !arready_i;
      past_cmd_waiting_q  <= cmd_valid_o && !cmd_ready_i;
      past_sync_waiting_q <= sync_valid_o && !sync_ready_i;
      past_rd_q           <= rd_q;
      past_err_q          <= err_q;
      past_reason_q       <= reason;
      past_ar_q           <= {araddr_o, arlen_o, arcache_o};
      past_cmd_q          <= cmd_o;

      C1_NothingStartsWhenStopped :
      assert (started_q || run ||
              !(cmd_valid_o || sync_valid_o || prg_valid_o || consumed || failed));
      C1_NothingStartsPastProd :
      assert (started_q || pending != '0 ||
              !(cmd_valid_o || sync_valid_o || prg_valid_o || consumed || failed));
      C1_NoFetchPastProd : assert (!launch || 20'(count_q) + 20'(length) <= pending);
      C1_NoFetchWhenStopped : assert (!launch || run);
      C1_OneAtATime : assert (3'(cmd_valid_o) + 3'(sync_valid_o) + 3'(prg_valid_o) <= 3'd1);
      C3_ConsumedOrFailed : assert (!(consumed && failed));
      C3_NeverNone : assert (!failed || reason != CerrorNone);
      E8_NoWriteUnderWay : assert (!cons_write_i || !consumed);
      E8_StartedStays : assert (!started_q || count_q != '0);
      E8_SyncedIsStarted : assert (!synced_q || (started_q && is_sync));
      Q17_OneBurst : assert (!ar_valid_q || beats_q == '0);
      Q17_BeatsHaveRoom : assert (stale_q || 4'(count_q) + 4'(beats_q) <= 4'(Buffer));
      Q17_BurstHasRoom : assert (!ar_valid_q || stale_q || 4'(count_q) + 4'(ar_len_q) < 4'(Buffer));
      Q17_StaleIsToCome : assert (!stale_q || ar_valid_q || beats_q != '0);
      Q17_NothingKeptWhileStale : assert (!stale_q || count_q == CountWidth'(started_q));
      Q17_StopEmptiesTheBuffer :
      assert ((past_run_q && !past_failed_q) || count_q == CountWidth'(started_q));
      if (past_valid_q) begin
        C3_RdMovesByConsumptionOnly :
        assert (past_write_q || rd_q == past_rd_q ||
                (past_consumed_q && cons_rd_o == ((past_rd_q + 20'd1) & wrap_mask)));
        C3_ErrOnlyByFailure : assert (past_failed_q || err_q == past_err_q);
        // GERROR toggles in the same cycle, for the same cause (G1_CauseIsActiveOrToggles).
        C3_ErrWithGerror : assert (!past_failed_q || err_q == past_reason_q);
      end
      AXI_ArStays : assert (!past_ar_waiting_q || arvalid_o);
      AXI_ArPayloadStays :
      assert (!past_ar_waiting_q || {araddr_o, arlen_o, arcache_o} == past_ar_q);
      CMD_ValidStays : assert (!past_cmd_waiting_q || cmd_valid_o);
      CMD_PayloadStays : assert (!past_cmd_waiting_q || cmd_o == past_cmd_q);
      SYNC_ValidStays : assert (!past_sync_waiting_q || sync_valid_o);
    end
  end

endmodule
