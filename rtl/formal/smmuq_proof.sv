// SPDX-License-Identifier: Apache-2.0 OR MIT

// The block as a whole, whatever happens at its inputs: what a reset leaves, what moves PROD, what an
// acknowledge of an enable means, and what stands behind an error in GERROR.
module smmuq_proof
  import smmuq_pkg::*;
(
  input logic clk_i,
  input logic rst_ni,

  input logic [16:0] paddr_i,
  input logic        psel_i,
  input logic        penable_i,
  input logic        pwrite_i,
  input logic [31:0] pwdata_i,
  input logic [ 3:0] pstrb_i,

  input logic       bvalid_i,
  input logic [1:0] bid_i,
  input logic [1:0] bresp_i,

  input logic awvalid_o,
  input logic wvalid_o,
  input logic arvalid_o,
  input logic cmd_valid_o,
  input logic sync_valid_o,
  input logic prg_valid_o,
  input logic irq_eventq_o,
  input logic irq_priq_o,
  input logic irq_cmd_sync_o,
  input logic irq_gerror_o,
  input logic sev_o,

  input queue_prod_t                  eventq_prod,
  input queue_prod_t                  priq_prod,
  input queue_cons_t                  eventq_cons,
  input logic        [          19:0] cmdq_prod,
  input queue_base_t                  eventq_base,
  input queue_base_t                  priq_base,
  input logic                         eventq_prod_write,
  input logic                         priq_prod_write,
  input logic        [          19:0] cmdq_cons_rd,
  input cerror_e                      cmdq_cons_err,
  input logic                         cmdq_error,
  input logic                         eventq_abort,
  input logic                         priq_abort,
  input gerror_t                      gerror_active,
  input gerror_t                      gerrorn,
  input cr0_t                         enabled,
  input irq_ctrl_t                    irq_enabled,
  input cr0_t                         cr0ack,
  input irq_ctrl_t                    irq_ctrlack,
  input logic                         eventq_in_flight,
  input logic                         priq_in_flight,
  input logic                         cmdq_busy,
  input logic        [MsiSources-1:0] msi_busy
);

  logic past_valid_q, past_event_answer_q, past_pri_answer_q, past_event_write_q, past_pri_write_q;
  logic past_cmdq_error_q, past_event_abort_q, past_pri_abort_q;
  logic write, past_cons_write_q, past_cmdq_write_q;
  logic [31:0] past_wdata_q;
  gerror_t past_active_q, past_gerrorn_q, blind_ack;
  queue_prod_t past_event_prod_q, past_pri_prod_q;
  queue_base_t past_event_base_q, past_pri_base_q;

  assign write = psel_i && penable_i && pwrite_i && pstrb_i == 4'hF;

  // G2: an acknowledge of an error that is not active. Software that writes back the GERROR that it
  // read never does it.
  assign blind_ack = (gerrorn ^ past_gerrorn_q) & ~past_active_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      past_valid_q        <= 1'b0;
      past_event_answer_q <= 1'b0;
      past_pri_answer_q   <= 1'b0;
      past_event_write_q  <= 1'b0;
      past_pri_write_q    <= 1'b0;
      past_cons_write_q   <= 1'b0;
      past_cmdq_write_q   <= 1'b0;
      past_wdata_q        <= '0;
      past_cmdq_error_q   <= 1'b0;
      past_event_abort_q  <= 1'b0;
      past_pri_abort_q    <= 1'b0;
      past_active_q       <= '0;
      past_gerrorn_q      <= '0;
      past_event_prod_q   <= '0;
      past_pri_prod_q     <= '0;
      past_event_base_q   <= '0;
      past_pri_base_q     <= '0;
    end else begin
      past_valid_q        <= 1'b1;
      past_event_answer_q <= bvalid_i && bid_i == AxiIdEventq && !bresp_i[1];
      past_pri_answer_q   <= bvalid_i && bid_i == AxiIdPriq && !bresp_i[1];
      past_event_write_q  <= eventq_prod_write;
      past_pri_write_q    <= priq_prod_write;
      past_cons_write_q   <= write && paddr_i == 17'h1_00AC;
      past_cmdq_write_q   <= write && paddr_i == 17'h0_0098;
      past_wdata_q        <= pwdata_i;
      past_cmdq_error_q   <= cmdq_error;
      past_event_abort_q  <= eventq_abort;
      past_pri_abort_q    <= priq_abort;
      past_active_q       <= gerror_active;
      past_gerrorn_q      <= gerrorn;
      past_event_prod_q   <= eventq_prod;
      past_pri_prod_q     <= priq_prod;
      past_event_base_q   <= eventq_base;
      past_pri_base_q     <= priq_base;

      // R1, from whatever state the reset came.
      if (!past_valid_q) begin
        R1_NothingIsEnabled :
        assert (cr0ack == '0 && irq_ctrlack == '0 && enabled == '0 && irq_enabled == '0);
        R1_NothingIsOffered :
        assert (!awvalid_o && !wvalid_o && !arvalid_o && !cmd_valid_o && !sync_valid_o);
        R1_NoInterrupt :
        assert (!irq_eventq_o && !irq_priq_o && !irq_cmd_sync_o && !irq_gerror_o && !sev_o);
        R1_QueuesAreEmpty :
        assert (eventq_prod == '0 && priq_prod == '0 && cmdq_cons_rd == '0 &&
                cmdq_cons_err == CerrorNone);
        R1_NoError : assert (gerror_active == '0);
        R1_NothingIsUnderWay :
        assert (!eventq_in_flight && !priq_in_flight && !cmdq_busy && msi_busy == '0 &&
                !prg_valid_o);
      end

      // R8, E3: what software moves at any time, whatever else happens in the cycle of the write.
      R8_ConsIsWhatThePortGave :
      assert (!past_cons_write_q || eventq_cons == {past_wdata_q[31], past_wdata_q[19:0]});
      E3_ProdIsWhatThePortGave : assert (!past_cmdq_write_q || cmdq_prod == past_wdata_q[19:0]);

      // V1: WR moves on only when the memory has answered for a record, and without an error.
      V1_EventProdNeedsAnAnswer :
      assert (eventq_prod.wr == past_event_prod_q.wr || past_event_answer_q || past_event_write_q ||
              eventq_base != past_event_base_q);
      V1_PriProdNeedsAnAnswer :
      assert (priq_prod.wr == past_pri_prod_q.wr || past_pri_answer_q || past_pri_write_q ||
              priq_base != past_pri_base_q);

      // E5, E7, E8, I6: an acknowledge of a 0 is the end of what was under way.
      E5_EventqIsQuietWhenOff : assert (cr0ack.eventqen || !eventq_in_flight);
      E7_PriqIsQuietWhenOff : assert ((cr0ack.priqen && cr0ack.smmuen) || !priq_in_flight);
      E8_CmdqIsQuietWhenOff :
      assert (cr0ack.cmdqen || !(cmdq_busy || arvalid_o || cmd_valid_o || sync_valid_o));
      I6_EventMsiIsDoneWhenOff : assert (irq_ctrlack.eventq || !msi_busy[MsiEventq]);
      I6_PriMsiIsDoneWhenOff : assert (irq_ctrlack.priq || !msi_busy[MsiPriq]);
      I6_GerrorMsiIsDoneWhenOff : assert (irq_ctrlack.gerror || !msi_busy[MsiGerror]);

      // C3, EA1: what failed shows in GERROR in the next cycle.
      C3_ErrorIsActive :
      assert (!past_cmdq_error_q || gerror_active.cmdq_err || past_active_q.cmdq_err ||
              blind_ack.cmdq_err);
      EA1_EventAbortIsActive :
      assert (!past_event_abort_q || gerror_active.eventq_abt_err || past_active_q.eventq_abt_err ||
              blind_ack.eventq_abt_err);
      EA1_PriAbortIsActive :
      assert (!past_pri_abort_q || gerror_active.priq_abt_err || past_active_q.priq_abt_err ||
              blind_ack.priq_abt_err);
      C6_StoppedWhileInError :
      assert (!gerror_active.cmdq_err || cmdq_busy || !(cmd_valid_o || sync_valid_o));
    end
  end

endmodule
