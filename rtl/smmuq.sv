// SPDX-License-Identifier: Apache-2.0 OR MIT

// The queues of an Arm SMMUv3. In this version: the Event queue; the ports of the PRI queue and the
// Command queue exist and are quiet. Only wiring here: smmuq_regs is what software sees,
// smmuq_eventq decides, smmuq_axi_write writes.
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
  parameter bit          Pri         = 1'b0,
  parameter bit          Pps         = 1'b0,
  parameter bit          Msi         = 1'b0,
  parameter bit          Sev         = 1'b0,
  parameter bit          Ats         = 1'b0
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

  // PRI messages: none is accepted yet.
  input  logic         ppr_valid_i,
  output logic         ppr_ready_o,
  input  logic [127:0] ppr_message_i,
  input  logic         ppr_ste_valid_i,
  input  logic         ppr_ste_ppar_i,
  input  logic         ppr_secure_i,

  // PRG responses: none is given yet.
  output logic        prg_valid_o,
  input  logic        prg_ready_i,
  output logic [31:0] prg_stream_id_o,
  output logic        prg_ssv_o,
  output logic [19:0] prg_substream_id_o,
  output logic [ 8:0] prg_index_o,
  output logic [ 3:0] prg_code_o,

  // Commands: none is fetched yet.
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
  if (Pri || Pps || Msi || Sev || Ats) begin : gen_illegal_feature
    $fatal(1, "smmuq: Pri, Pps, Msi, Sev and Ats are 0 in this version");
  end

  logic eventq_enabled, eventq_irq_enabled, eventq_abort_active;
  logic eventq_in_flight, eventq_abort;
  queue_base_t eventq_base;
  queue_cons_t eventq_cons;
  logic eventq_prod_write;
  queue_prod_t eventq_prod_wdata, eventq_prod;

  smmuq_regs #(
    .EventQs (EventQs),
    .PriQs   (PriQs),
    .CmdQs   (CmdQs),
    .Oas     (Oas),
    .StallMax(StallMax),
    .Stall   (Stall)
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
    .eventq_enabled_o     (eventq_enabled),
    .eventq_irq_enabled_o (eventq_irq_enabled),
    .eventq_abort_active_o(eventq_abort_active),
    .eventq_base_o        (eventq_base),
    .eventq_cons_o        (eventq_cons),
    .eventq_prod_write_o  (eventq_prod_write),
    .eventq_prod_wdata_o  (eventq_prod_wdata),
    .eventq_prod_i        (eventq_prod),
    .eventq_in_flight_i   (eventq_in_flight),
    .eventq_abort_i       (eventq_abort),
    .irq_gerror_o
  );

  logic write_valid, write_ready;
  logic [Oas-1:5] write_slot;
  record_t write_record;
  logic response_valid, response_error;

  smmuq_eventq #(
    .EventQs    (EventQs),
    .Oas        (Oas),
    .Outstanding(Outstanding),
    .Stall      (Stall)
  ) u_eventq (
    .clk_i,
    .rst_ni,
    .enabled_i       (eventq_enabled),
    .irq_enabled_i   (eventq_irq_enabled),
    .abort_active_i  (eventq_abort_active),
    .base_i          (eventq_base),
    .cons_i          (eventq_cons),
    .prod_write_i    (eventq_prod_write),
    .prod_wdata_i    (eventq_prod_wdata),
    .prod_o          (eventq_prod),
    .in_flight_o     (eventq_in_flight),
    .abort_o         (eventq_abort),
    .term_valid_i,
    .term_ready_o,
    .term_record_i,
    .stall_valid_i,
    .stall_ready_o,
    .stall_record_i,
    .write_valid_o   (write_valid),
    .write_ready_i   (write_ready),
    .write_slot_o    (write_slot),
    .write_record_o  (write_record),
    .response_valid_i(response_valid),
    .response_error_i(response_error),
    .irq_eventq_o
  );

  smmuq_axi_write #(
    .Oas(Oas)
  ) u_axi_write (
    .clk_i,
    .rst_ni,
    .valid_i         (write_valid),
    .ready_o         (write_ready),
    .slot_i          (write_slot),
    .record_i        (write_record),
    .response_valid_o(response_valid),
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

  // Ports of what comes later: PRI messages are not accepted, nothing is fetched, answered, handed
  // out or announced.
  assign ppr_ready_o = 1'b0;
  assign {prg_valid_o, prg_stream_id_o, prg_ssv_o, prg_substream_id_o} = '0;
  assign {prg_index_o, prg_code_o} = '0;
  assign {cmd_valid_o, cmd_o, sync_valid_o} = '0;
  assign {arvalid_o, arid_o, araddr_o, arlen_o, arsize_o, arburst_o, arcache_o, arprot_o} = '0;
  assign rready_o = 1'b0;
  assign {irq_priq_o, irq_cmd_sync_o, sev_o} = '0;

  // Inputs that only the PRI and the Command queue read.
  logic unused_later;
  assign unused_later = ^{
    ppr_valid_i, ppr_message_i, ppr_ste_valid_i, ppr_ste_ppar_i, ppr_secure_i, prg_ready_i,
    cmd_ready_i, sync_ready_i, sync_atc_error_i,
    arready_i, rvalid_i, rid_i, rdata_i, rresp_i, rlast_i
  };

  // Every access is treated alike, whatever its protection attributes.
  logic unused_pprot;
  assign unused_pprot = ^pprot_i;

endmodule
