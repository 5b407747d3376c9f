// SPDX-License-Identifier: Apache-2.0 OR MIT

// The queues of an Arm SMMUv3: Event, PRI and Command queue, and their interrupts. Only wiring here:
// smmuq_regs is what software sees, smmuq_eventq and smmuq_priq decide, smmuq_cmdq fetches and hands
// out, smmuq_prg answers devices, smmuq_msi interrupts, smmuq_axi_write writes.
module smmuq
  import smmuq_pkg::*;
#(
  // Largest log2 sizes of the queues, reported in IDR1.
  parameter int unsigned EventQs     = 19,
  parameter int unsigned PriQs       = 19,
  parameter int unsigned CmdQs       = 19,
  // Physical address bits.
  parameter int unsigned Oas         = 48,
  // Records in flight between commit and write response.
  parameter int unsigned Outstanding = 16,
  // IDR5.STALL_MAX.
  parameter int unsigned StallMax    = 16,
  // Features, reported in IDR0 and IDR3.
  parameter bit          Stall       = 1'b1,
  parameter bit          Pri         = 1'b1,
  parameter bit          Pps         = 1'b0,
  parameter bit          Msi         = 1'b1,
  parameter bit          Sev         = 1'b1,
  parameter bit          Ats         = 1'b1
) (
  input logic clk_i,
  input logic rst_ni,

  // APB4 subordinate: the registers, Page 0 and Page 1.
  input  logic [16:0] paddr_i,
  input  logic        psel_i,
  input  logic        penable_i,
  input  logic        pwrite_i,
  input  logic [31:0] pwdata_i,
  input  logic [ 3:0] pstrb_i,
  input  logic [ 2:0] pprot_i,
  output logic        pready_o,
  output logic [31:0] prdata_o,
  output logic        pslverr_o,

  // AXI4 manager: system memory.
  output logic           awvalid_o,
  input  logic           awready_i,
  output logic [    1:0] awid_o,
  output logic [Oas-1:0] awaddr_o,
  output logic [    7:0] awlen_o,
  output logic [    2:0] awsize_o,
  output logic [    1:0] awburst_o,
  output logic [    3:0] awcache_o,
  output logic [    2:0] awprot_o,
  output logic           wvalid_o,
  input  logic           wready_i,
  output logic [  127:0] wdata_o,
  output logic [   15:0] wstrb_o,
  output logic           wlast_o,
  input  logic           bvalid_i,
  output logic           bready_o,
  input  logic [    1:0] bid_i,
  input  logic [    1:0] bresp_i,
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

  // Event records of terminated and of stalled transactions.
  input  logic         term_valid_i,
  output logic         term_ready_o,
  input  logic [255:0] term_record_i,
  input  logic         stall_valid_i,
  output logic         stall_ready_o,
  input  logic [255:0] stall_record_i,

  // PRI messages, and what the SMMU knows of the stream: 5.3.
  input  logic         ppr_valid_i,
  output logic         ppr_ready_o,
  input  logic [127:0] ppr_message_i,
  input  logic         ppr_ste_valid_i,
  input  logic         ppr_ste_ppar_i,
  input  logic         ppr_secure_i,

  // PRG responses to devices.
  output logic        prg_valid_o,
  input  logic        prg_ready_i,
  output logic [31:0] prg_stream_id_o,
  output logic        prg_ssv_o,
  output logic [19:0] prg_substream_id_o,
  output logic [ 8:0] prg_index_o,
  output logic [ 3:0] prg_code_o,

  // Commands to the rest of the SMMU.
  output logic         cmd_valid_o,
  input  logic         cmd_ready_i,
  output logic [127:0] cmd_o,
  output logic         sync_valid_o,
  input  logic         sync_ready_i,
  input  logic         sync_atc_error_i,

  // Pulses of one cycle, registered.
  output logic irq_eventq_o,
  output logic irq_priq_o,
  output logic irq_cmd_sync_o,
  output logic irq_gerror_o,
  output logic sev_o
);

  // Parameters outside these sets stop the elaboration.
  if (EventQs > 19 || PriQs > 19 || CmdQs > 19) begin : gen_illegal_queue_size
    $fatal(
        1,
        "smmuq: EventQs, PriQs and CmdQs are 0 to 19 (Q9), not %0d, %0d, %0d",
        EventQs,
        PriQs,
        CmdQs
    );
  end
  if (Outstanding == 0 || Outstanding > 256 || (Outstanding & (Outstanding - 1)) != 0)
  begin : gen_illegal_outstanding
    $fatal(1, "smmuq: Outstanding is a power of two from 1 to 256, not %0d", Outstanding);
  end
  if (!(Oas inside {32, 36, 40, 42, 44, 48, 52, 56})) begin : gen_illegal_oas
    $fatal(1, "smmuq: Oas is 32, 36, 40, 42, 44, 48, 52 or 56, not %0d", Oas);
  end
  if (StallMax > 65535) begin : gen_illegal_stall_max
    $fatal(1, "smmuq: StallMax is 0 to 65535, not %0d", StallMax);
  end
  if (Pri && !Ats) begin : gen_illegal_pri
    $fatal(1, "smmuq: Pri needs Ats: page requests come from devices that use ATS");
  end

  cr0_t enabled, cr0_busy;
  irq_ctrl_t irq_enabled, irq_busy;
  gerror_t gerror_cause, gerror_active;
  logic [3:0] cache;
  msi_config_t [MsiSources-1:0] msi_config;
  logic [MsiSources-1:0] msi_busy, msi_abort;
  logic priq_irq_last;

  queue_base_t cmdq_base, eventq_base, priq_base;
  queue_cons_t eventq_cons, priq_cons;
  queue_prod_t prod_wdata, eventq_prod, priq_prod;
  logic eventq_prod_write, priq_prod_write, cmdq_cons_write;
  logic [19:0] cmdq_prod, cmdq_cons_wdata, cmdq_cons_rd;
  cerror_e cmdq_cons_err;

  logic eventq_in_flight, eventq_abort, priq_in_flight, priq_abort, cmdq_busy, cmdq_error;

  // What an Update waits for (E5, E7, E8, E10, I6).
  assign cr0_busy = '{
          atschk: 1'b0,
          cmdqen: cmdq_busy,
          eventqen: eventq_in_flight,
          priqen: priq_in_flight,
          smmuen: priq_in_flight
      };
  assign irq_busy = '{
          eventq: msi_busy[MsiEventq],
          priq: msi_busy[MsiPriq],
          gerror: msi_busy[MsiGerror]
      };

  assign gerror_cause = '{
          cmdq_err: cmdq_error,
          eventq_abt_err: eventq_abort,
          priq_abt_err: priq_abort,
          msi_cmdq_abt_err: msi_abort[MsiCmdSync],
          msi_eventq_abt_err: msi_abort[MsiEventq],
          msi_priq_abt_err: msi_abort[MsiPriq],
          msi_gerror_abt_err: msi_abort[MsiGerror],
          default: 1'b0
      };

  smmuq_regs #(
    .EventQs (EventQs),
    .PriQs   (PriQs),
    .CmdQs   (CmdQs),
    .Oas     (Oas),
    .StallMax(StallMax),
    .Stall   (Stall),
    .Pri     (Pri),
    .Pps     (Pps),
    .Msi     (Msi),
    .Sev     (Sev),
    .Ats     (Ats)
  ) u_regs (
    .clk_i,
    .rst_ni,
    .paddr_i,
    .psel_i,
    .penable_i,
    .pwrite_i,
    .pwdata_i,
    .pstrb_i,
    .pready_o,
    .prdata_o,
    .pslverr_o,
    .enabled_o          (enabled),
    .cr0_busy_i         (cr0_busy),
    .irq_enabled_o      (irq_enabled),
    .irq_busy_i         (irq_busy),
    .cache_o            (cache),
    .gerror_cause_i     (gerror_cause),
    .gerror_active_o    (gerror_active),
    .irq_gerror_o,
    .msi_config_o       (msi_config[MsiCmdSync-1:0]),
    .priq_irq_last_o    (priq_irq_last),
    .cmdq_base_o        (cmdq_base),
    .cmdq_prod_o        (cmdq_prod),
    .cmdq_cons_write_o  (cmdq_cons_write),
    .cmdq_cons_wdata_o  (cmdq_cons_wdata),
    .cmdq_cons_rd_i     (cmdq_cons_rd),
    .cmdq_cons_err_i    (cmdq_cons_err),
    .eventq_base_o      (eventq_base),
    .eventq_cons_o      (eventq_cons),
    .eventq_prod_write_o(eventq_prod_write),
    .priq_base_o        (priq_base),
    .priq_cons_o        (priq_cons),
    .priq_prod_write_o  (priq_prod_write),
    .prod_wdata_o       (prod_wdata),
    .eventq_prod_i      (eventq_prod),
    .priq_prod_i        (priq_prod)
  );

  logic events_mark, events_marked;
  logic event_write_valid, event_write_ready;
  logic [Oas-1:5] event_write_slot;
  record_t event_write_record;
  logic event_response, pri_response, msi_response, response_error;

  smmuq_eventq #(
    .EventQs    (EventQs),
    .Oas        (Oas),
    .Outstanding(Outstanding),
    .Stall      (Stall)
  ) u_eventq (
    .clk_i,
    .rst_ni,
    .enabled_i       (enabled.eventqen),
    .irq_enabled_i   (irq_enabled.eventq),
    .abort_active_i  (gerror_active.eventq_abt_err),
    .base_i          (eventq_base),
    .cons_i          (eventq_cons),
    .prod_write_i    (eventq_prod_write),
    .prod_wdata_i    (prod_wdata),
    .prod_o          (eventq_prod),
    .in_flight_o     (eventq_in_flight),
    .abort_o         (eventq_abort),
    .mark_i          (events_mark),
    .marked_o        (events_marked),
    .term_valid_i,
    .term_ready_o,
    .term_record_i,
    .stall_valid_i,
    .stall_ready_o,
    .stall_record_i,
    .write_valid_o   (event_write_valid),
    .write_ready_i   (event_write_ready),
    .write_slot_o    (event_write_slot),
    .write_record_o  (event_write_record),
    .response_valid_i(event_response),
    .response_error_i(response_error),
    .irq_eventq_o
  );

  // CMD_PRI_RESP, from the Command queue to the response port.
  logic prg_command_valid, prg_command_started, prg_command_presented, prg_command_taken;
  prg_response_t prg_command;

  smmuq_cmdq #(
    .CmdQs(CmdQs),
    .Oas  (Oas),
    .Stall(Stall),
    .Pri  (Pri),
    .Sev  (Sev),
    .Ats  (Ats)
  ) u_cmdq (
    .clk_i,
    .rst_ni,
    .enabled_i      (enabled.cmdqen),
    .smmu_enabled_i (enabled.smmuen),
    .error_active_i (gerror_active.cmdq_err),
    .base_i         (cmdq_base),
    .prod_wr_i      (cmdq_prod),
    .cons_write_i   (cmdq_cons_write),
    .cons_wdata_i   (cmdq_cons_wdata),
    .cons_rd_o      (cmdq_cons_rd),
    .cons_err_o     (cmdq_cons_err),
    .busy_o         (cmdq_busy),
    .error_o        (cmdq_error),
    .cache_i        (cache),
    .arvalid_o,
    .arready_i,
    .arid_o,
    .araddr_o,
    .arlen_o,
    .arsize_o,
    .arburst_o,
    .arcache_o,
    .arprot_o,
    .rvalid_i,
    .rready_o,
    .rid_i,
    .rdata_i,
    .rresp_i,
    .rlast_i,
    .cmd_valid_o,
    .cmd_ready_i,
    .cmd_o,
    .sync_valid_o,
    .sync_ready_i,
    .sync_atc_error_i,
    .prg_valid_o    (prg_command_valid),
    .prg_started_o  (prg_command_started),
    .prg_o          (prg_command),
    .prg_presented_i(prg_command_presented),
    .prg_taken_i    (prg_command_taken),
    .events_mark_o  (events_mark),
    .events_marked_i(events_marked),
    .msi_busy_i     (msi_busy[MsiCmdSync]),
    .msi_config_o   (msi_config[MsiCmdSync]),
    .irq_cmd_sync_o,
    .sev_o
  );

  logic pri_write_valid, pri_write_ready;
  logic [Oas-1:4] pri_write_slot;
  pri_message_t pri_write_message;
  prg_response_t prg;

  assign prg_stream_id_o    = prg.stream_id;
  assign prg_ssv_o          = prg.ssv;
  assign prg_substream_id_o = prg.substream_id;
  assign prg_index_o        = prg.index;
  assign prg_code_o         = prg.code;

  if (Pri) begin : gen_pri
    logic answer_valid, answer_ready;
    prg_response_t answer;

    smmuq_priq #(
      .PriQs      (PriQs),
      .Oas        (Oas),
      .Outstanding(Outstanding),
      .Pps        (Pps)
    ) u_priq (
      .clk_i,
      .rst_ni,
      .enabled_i       (enabled.priqen && enabled.smmuen),  // E7
      .irq_enabled_i   (irq_enabled.priq),
      .irq_last_i      (priq_irq_last),
      .abort_active_i  (gerror_active.priq_abt_err),
      .base_i          (priq_base),
      .cons_i          (priq_cons),
      .prod_write_i    (priq_prod_write),
      .prod_wdata_i    (prod_wdata),
      .prod_o          (priq_prod),
      .in_flight_o     (priq_in_flight),
      .abort_o         (priq_abort),
      .ppr_valid_i,
      .ppr_ready_o,
      .ppr_message_i,
      .ppr_ste_valid_i,
      .ppr_ste_ppar_i,
      .ppr_secure_i,
      .write_valid_o   (pri_write_valid),
      .write_ready_i   (pri_write_ready),
      .write_slot_o    (pri_write_slot),
      .write_message_o (pri_write_message),
      .response_valid_i(pri_response),
      .response_error_i(response_error),
      .answer_valid_o  (answer_valid),
      .answer_ready_i  (answer_ready),
      .answer_o        (answer),
      .irq_priq_o
    );

    smmuq_prg u_prg (
      .clk_i,
      .rst_ni,
      .answer_valid_i     (answer_valid),
      .answer_ready_o     (answer_ready),
      .answer_i           (answer),
      .command_valid_i    (prg_command_valid),
      .command_started_i  (prg_command_started),
      .command_i          (prg_command),
      .command_presented_o(prg_command_presented),
      .command_taken_o    (prg_command_taken),
      .prg_valid_o,
      .prg_ready_i,
      .prg_o              (prg)
    );
  end else begin : gen_no_pri
    assign ppr_ready_o           = 1'b0;
    assign priq_prod             = '0;
    assign priq_in_flight        = 1'b0;
    assign priq_abort            = 1'b0;
    assign pri_write_valid       = 1'b0;
    assign pri_write_slot        = '0;
    assign pri_write_message     = '0;
    assign prg_command_presented = 1'b0;
    assign prg_command_taken     = 1'b0;
    assign prg_valid_o           = 1'b0;
    assign prg                   = '0;
    assign irq_priq_o            = 1'b0;

    logic unused_pri;
    assign unused_pri = ^{
      ppr_valid_i, ppr_message_i, ppr_ste_valid_i, ppr_ste_ppar_i, ppr_secure_i, prg_ready_i,
      enabled.priqen, irq_enabled.priq, gerror_active.priq_abt_err,
      priq_base, priq_cons, priq_prod_write, priq_irq_last,
      prg_command_valid, prg_command_started, prg_command, pri_write_ready, pri_response
    };
  end

  logic msi_write_valid, msi_write_ready;
  logic [Oas-1:2] msi_write_address;
  logic [31:0] msi_write_data;
  logic [3:0] msi_write_cache;

  if (Msi) begin : gen_msi
    logic [MsiSources-1:0] pulse;

    assign pulse[MsiEventq]  = irq_eventq_o;
    assign pulse[MsiPriq]    = irq_priq_o;
    assign pulse[MsiGerror]  = irq_gerror_o;
    assign pulse[MsiCmdSync] = irq_cmd_sync_o;

    smmuq_msi #(
      .Oas(Oas)
    ) u_msi (
      .clk_i,
      .rst_ni,
      .pulse_i         (pulse),
      .config_i        (msi_config),
      .busy_o          (msi_busy),
      .write_valid_o   (msi_write_valid),
      .write_ready_i   (msi_write_ready),
      .write_address_o (msi_write_address),
      .write_data_o    (msi_write_data),
      .write_cache_o   (msi_write_cache),
      .response_valid_i(msi_response),
      .response_error_i(response_error),
      .abort_o         (msi_abort)
    );
  end else begin : gen_no_msi
    assign msi_busy          = '0;
    assign msi_abort         = '0;
    assign msi_write_valid   = 1'b0;
    assign msi_write_address = '0;
    assign msi_write_data    = '0;
    assign msi_write_cache   = '0;

    logic unused_msi;
    assign unused_msi = ^{msi_config, msi_write_ready, msi_response};
  end

  smmuq_axi_write #(
    .Oas(Oas)
  ) u_axi_write (
    .clk_i,
    .rst_ni,
    .cache_i         (cache),
    .event_valid_i   (event_write_valid),
    .event_ready_o   (event_write_ready),
    .event_slot_i    (event_write_slot),
    .event_record_i  (event_write_record),
    .pri_valid_i     (pri_write_valid),
    .pri_ready_o     (pri_write_ready),
    .pri_slot_i      (pri_write_slot),
    .pri_message_i   (pri_write_message),
    .msi_valid_i     (msi_write_valid),
    .msi_ready_o     (msi_write_ready),
    .msi_address_i   (msi_write_address),
    .msi_data_i      (msi_write_data),
    .msi_cache_i     (msi_write_cache),
    .event_response_o(event_response),
    .pri_response_o  (pri_response),
    .msi_response_o  (msi_response),
    .response_error_o(response_error),
    .awvalid_o,
    .awready_i,
    .awid_o,
    .awaddr_o,
    .awlen_o,
    .awsize_o,
    .awburst_o,
    .awcache_o,
    .awprot_o,
    .wvalid_o,
    .wready_i,
    .wdata_o,
    .wstrb_o,
    .wlast_o,
    .bvalid_i,
    .bready_o,
    .bid_i,
    .bresp_i
  );

  // Errors and enables that only software looks at, and the protection attributes of an access.
  logic unused_others;
  assign unused_others = ^{
    enabled.atschk, irq_enabled.gerror, pprot_i,
    gerror_active.sfm_err, gerror_active.msi_gerror_abt_err, gerror_active.msi_priq_abt_err,
    gerror_active.msi_eventq_abt_err, gerror_active.msi_cmdq_abt_err, gerror_active.res0_1
  };

endmodule
