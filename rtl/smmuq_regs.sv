// SPDX-License-Identifier: Apache-2.0 OR MIT

// The programming interface: APB, identification, and the registers of the SMMU's control and of its
// queues. The registers that the SMMU writes live with their queue: EVENTQ_PROD, PRIQ_PROD, CMDQ_CONS.
module smmuq_regs
  import smmuq_pkg::*;
#(
  parameter int unsigned EventQs  = 19,
  parameter int unsigned PriQs    = 19,
  parameter int unsigned CmdQs    = 19,
  parameter int unsigned Oas      = 48,
  parameter int unsigned StallMax = 16,
  parameter bit          Stall    = 1'b1,
  parameter bit          Pri      = 1'b1,
  parameter bit          Pps      = 1'b0,
  parameter bit          Msi      = 1'b1,
  parameter bit          Sev      = 1'b1,
  parameter bit          Ats      = 1'b1
) (
  input logic clk_i,
  input logic rst_ni,

  input  logic [16:0] paddr_i,
  input  logic        psel_i,
  input  logic        penable_i,
  input  logic        pwrite_i,
  input  logic [31:0] pwdata_i,
  input  logic [ 3:0] pstrb_i,
  output logic        pready_o,
  output logic [31:0] prdata_o,
  output logic        pslverr_o,

  // Enables that are effective, and what their Updates wait for.
  output cr0_t      enabled_o,
  input  cr0_t      cr0_busy_i,
  output irq_ctrl_t irq_enabled_o,
  input  irq_ctrl_t irq_busy_i,

  output logic [3:0] cache_o,  // AxCACHE of queue accesses

  input  gerror_t gerror_cause_i,
  output gerror_t gerror_active_o,
  output logic    irq_gerror_o,

  output msi_config_t [MsiCmdSync-1:0] msi_config_o,    // in the order of the MSI sources
  output logic                         priq_irq_last_o,

  output queue_base_t        cmdq_base_o,
  output logic        [19:0] cmdq_prod_o,
  output logic               cmdq_cons_write_o,
  output logic        [19:0] cmdq_cons_wdata_o,
  input  logic        [19:0] cmdq_cons_rd_i,
  input  cerror_e            cmdq_cons_err_i,

  output queue_base_t eventq_base_o,
  output queue_cons_t eventq_cons_o,
  output logic        eventq_prod_write_o,
  output queue_base_t priq_base_o,
  output queue_cons_t priq_cons_o,
  output logic        priq_prod_write_o,
  output queue_prod_t prod_wdata_o,
  input  queue_prod_t eventq_prod_i,
  input  queue_prod_t priq_prod_i
);

  localparam idr0_t Idr0 = '{
      stall_model: Stall ? 2'b00 : 2'b01,  // ST7: never forced
      pri: Pri,
      sev: Sev,
      msi: Msi,
      ats: Ats,
      default: '0
  };

  localparam idr1_t Idr1 = '{
      cmdqs: 5'(CmdQs),
      eventqs: 5'(EventQs),
      priqs: 5'(PriQs),
      ssidsize: 5'd20,
      sidsize: 6'd32,
      default: '0
  };

  localparam idr3_t Idr3 = '{pps: Pps && Pri, default: '0};

  localparam idr5_t Idr5 = '{
      stall_max: Stall ? 16'(StallMax) : 16'd0,
      oas: oas_code(Oas),
      default: '0
  };

  localparam cr0_t Cr0Implemented = '{atschk: Ats, priqen: Pri, default: 1'b1};
  localparam irq_ctrl_t IrqCtrlImplemented = '{priq: Pri, default: 1'b1};

  // An access completes in its access phase. E11: only whole aligned words are accesses; anything
  // else is RAZ/WI with an error.
  logic access, misshapen, write;

  assign access    = psel_i && penable_i && pready_o;
  assign misshapen = paddr_i[1:0] != 2'b00 || (pwrite_i && pstrb_i != 4'hF);
  assign write     = access && pwrite_i && !misshapen;

  assign pready_o  = 1'b1;
  assign pslverr_o = access && misshapen;

  // Enables.
  cr0_t cr0, cr0ack, cr0_off;
  irq_ctrl_t irq_ctrl, irq_ctrlack, irq_off;

  smmuq_update #(
    .Width      ($bits(cr0_t)),
    .Implemented(Cr0Implemented)
  ) u_cr0 (
    .clk_i,
    .rst_ni,
    .write_i  (write && paddr_i == Cr0Offset),
    .wdata_i  (pwdata_i[$bits(cr0_t)-1:0]),
    .busy_i   (cr0_busy_i),
    .ctrl_o   (cr0),
    .ack_o    (cr0ack),
    .enabled_o(enabled_o),
    .off_o    (cr0_off)
  );

  smmuq_update #(
    .Width      ($bits(irq_ctrl_t)),
    .Implemented(IrqCtrlImplemented)
  ) u_irq_ctrl (
    .clk_i,
    .rst_ni,
    .write_i  (write && paddr_i == IrqCtrlOffset),
    .wdata_i  (pwdata_i[$bits(irq_ctrl_t)-1:0]),
    .busy_i   (irq_busy_i),
    .ctrl_o   (irq_ctrl),
    .ack_o    (irq_ctrlack),
    .enabled_o(irq_enabled_o),
    .off_o    (irq_off)
  );

  // E3: QUEUE_* may only change when no queue is enabled, TABLE_* and CR2 when the SMMU is not.
  logic queues_off;
  cr1_t cr1_q;
  cr2_t cr2_q;

  assign queues_off = cr0_off.cmdqen && cr0_off.eventqen && cr0_off.priqen;
  assign cache_o    = queue_cache(cr1_q.queue_ic, cr1_q.queue_oc);

  // Global errors.
  gerror_t gerror, gerrorn;

  smmuq_gerror u_gerror (
    .clk_i,
    .rst_ni,
    .irq_enabled_i  (irq_enabled_o.gerror),
    .gerrorn_write_i(write && paddr_i == GerrorNOffset),
    .gerrorn_wdata_i(pwdata_i[$bits(gerror_t)-1:0]),
    .cause_i        (gerror_cause_i),
    .gerror_o       (gerror),
    .gerrorn_o      (gerrorn),
    .active_o       (gerror_active_o),
    .irq_gerror_o
  );

  // BASE of the queues.
  logic [1:0][31:0] cmdq_base_words, eventq_base_words, priq_base_words;

  smmuq_queue_base u_cmdq_base (
    .clk_i,
    .rst_ni,
    .unguarded_i(cr0_off.cmdqen),
    .write_i    ({2{write}} & {paddr_i == CmdqBaseHiOffset, paddr_i == CmdqBaseLoOffset}),
    .wdata_i    (pwdata_i),
    .base_o     (cmdq_base_o),
    .words_o    (cmdq_base_words)
  );

  smmuq_queue_base u_eventq_base (
    .clk_i,
    .rst_ni,
    .unguarded_i(cr0_off.eventqen),
    .write_i    ({2{write}} & {paddr_i == EventqBaseHiOffset, paddr_i == EventqBaseLoOffset}),
    .wdata_i    (pwdata_i),
    .base_o     (eventq_base_o),
    .words_o    (eventq_base_words)
  );

  // Configuration of the interrupts.
  logic [3:0][31:0] gerror_irq_words, eventq_irq_words, priq_irq_words;
  logic unused_gerror_lo, unused_eventq_lo;

  smmuq_irq_cfg #(
    .Msi(Msi)
  ) u_gerror_irq_cfg (
    .clk_i,
    .rst_ni,
    .unguarded_i(irq_off.gerror),
    .write_i({4{write}} & {
      paddr_i == GerrorIrqCfg2Offset, paddr_i == GerrorIrqCfg1Offset,
      paddr_i == GerrorIrqCfg0HiOffset, paddr_i == GerrorIrqCfg0LoOffset}),
    .wdata_i(pwdata_i),
    .config_o(msi_config_o[MsiGerror]),
    .lo_o(unused_gerror_lo),
    .words_o(gerror_irq_words)
  );

  smmuq_irq_cfg #(
    .Msi(Msi)
  ) u_eventq_irq_cfg (
    .clk_i,
    .rst_ni,
    .unguarded_i(irq_off.eventq),
    .write_i({4{write}} & {
      paddr_i == EventqIrqCfg2Offset, paddr_i == EventqIrqCfg1Offset,
      paddr_i == EventqIrqCfg0HiOffset, paddr_i == EventqIrqCfg0LoOffset}),
    .wdata_i(pwdata_i),
    .config_o(msi_config_o[MsiEventq]),
    .lo_o(unused_eventq_lo),
    .words_o(eventq_irq_words)
  );

  // The PRI queue's registers exist with the queue.
  if (Pri) begin : gen_pri
    queue_cons_t cons_q;

    smmuq_queue_base u_priq_base (
      .clk_i,
      .rst_ni,
      .unguarded_i(cr0_off.priqen),
      .write_i    ({2{write}} & {paddr_i == PriqBaseHiOffset, paddr_i == PriqBaseLoOffset}),
      .wdata_i    (pwdata_i),
      .base_o     (priq_base_o),
      .words_o    (priq_base_words)
    );

    smmuq_irq_cfg #(
      .Msi(Msi),
      .Lo (1'b1)
    ) u_priq_irq_cfg (
      .clk_i,
      .rst_ni,
      .unguarded_i(irq_off.priq),
      .write_i({4{write}} & {
        paddr_i == PriqIrqCfg2Offset, paddr_i == PriqIrqCfg1Offset,
        paddr_i == PriqIrqCfg0HiOffset, paddr_i == PriqIrqCfg0LoOffset}),
      .wdata_i(pwdata_i),
      .config_o(msi_config_o[MsiPriq]),
      .lo_o(priq_irq_last_o),
      .words_o(priq_irq_words)
    );

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        cons_q <= '0;
      end else if (write && paddr_i == PriqConsOffset) begin
        cons_q <= '{ovackflg: pwdata_i[31], rd: pwdata_i[19:0]};  // R8: always
      end
    end

    assign priq_cons_o       = cons_q;
    assign priq_prod_write_o = write && paddr_i == PriqProdOffset && cr0_off.priqen;  // E7
  end else begin : gen_no_pri
    assign priq_base_o           = '0;
    assign priq_base_words       = '0;
    assign priq_irq_words        = '0;
    assign priq_irq_last_o       = 1'b0;
    assign priq_cons_o           = '0;
    assign priq_prod_write_o     = 1'b0;
    assign msi_config_o[MsiPriq] = '0;

    logic unused_priq;
    assign unused_priq = irq_off.priq;
  end

  logic [19:0] cmdq_prod_q;
  queue_cons_t eventq_cons_q;

  assign cmdq_prod_o         = cmdq_prod_q;
  assign cmdq_cons_write_o   = write && paddr_i == CmdqConsOffset && cr0_off.cmdqen;
  assign cmdq_cons_wdata_o   = pwdata_i[19:0];
  assign eventq_cons_o       = eventq_cons_q;
  assign eventq_prod_write_o = write && paddr_i == EventqProdOffset && cr0_off.eventqen;
  assign prod_wdata_o        = '{ovflg: pwdata_i[31], wr: pwdata_i[19:0]};

  logic unused_off;
  assign unused_off = cr0_off.atschk;  // guards nothing

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      cr1_q         <= '0;
      cr2_q         <= '0;
      cmdq_prod_q   <= '0;  // R1: UNKNOWN, as CONS, and 0 here
      eventq_cons_q <= '0;
    end else if (write) begin
      unique case (paddr_i)
        Cr1Offset: begin
          if (cr0_off.smmuen) {cr1_q.table_sh, cr1_q.table_oc, cr1_q.table_ic} <= pwdata_i[11:6];
          if (queues_off) {cr1_q.queue_sh, cr1_q.queue_oc, cr1_q.queue_ic} <= pwdata_i[5:0];
        end
        Cr2Offset:        if (cr0_off.smmuen) cr2_q <= pwdata_i[3:0] & {Ats, 3'b111};
        CmdqProdOffset:   cmdq_prod_q <= pwdata_i[19:0];  // E3: always
        EventqConsOffset: eventq_cons_q <= '{ovackflg: pwdata_i[31], rd: pwdata_i[19:0]};  // R8
        default:          ;  // another module's, read-only, or no register: WI
      endcase
    end
  end

  // No offset below matches a misaligned address: RAZ.
  always_comb begin
    prdata_o = '0;
    if (psel_i && !pwrite_i) begin
      unique case (paddr_i)
        Idr0Offset:            prdata_o = Idr0;
        Idr1Offset:            prdata_o = Idr1;
        Idr3Offset:            prdata_o = Idr3;
        Idr5Offset:            prdata_o = Idr5;
        Cr0Offset:             prdata_o = 32'(cr0);
        Cr0AckOffset:          prdata_o = 32'(cr0ack);
        Cr1Offset:             prdata_o = 32'(cr1_q);
        Cr2Offset:             prdata_o = 32'(cr2_q);
        IrqCtrlOffset:         prdata_o = 32'(irq_ctrl);
        IrqCtrlAckOffset:      prdata_o = 32'(irq_ctrlack);
        GerrorOffset:          prdata_o = 32'(gerror);
        GerrorNOffset:         prdata_o = 32'(gerrorn);
        GerrorIrqCfg0LoOffset: prdata_o = gerror_irq_words[0];
        GerrorIrqCfg0HiOffset: prdata_o = gerror_irq_words[1];
        GerrorIrqCfg1Offset:   prdata_o = gerror_irq_words[2];
        GerrorIrqCfg2Offset:   prdata_o = gerror_irq_words[3];
        CmdqBaseLoOffset:      prdata_o = cmdq_base_words[0];
        CmdqBaseHiOffset:      prdata_o = cmdq_base_words[1];
        CmdqProdOffset:        prdata_o = {12'd0, cmdq_prod_q};
        CmdqConsOffset:        prdata_o = {1'b0, 5'd0, cmdq_cons_err_i, 4'd0, cmdq_cons_rd_i};
        EventqBaseLoOffset:    prdata_o = eventq_base_words[0];
        EventqBaseHiOffset:    prdata_o = eventq_base_words[1];
        EventqIrqCfg0LoOffset: prdata_o = eventq_irq_words[0];
        EventqIrqCfg0HiOffset: prdata_o = eventq_irq_words[1];
        EventqIrqCfg1Offset:   prdata_o = eventq_irq_words[2];
        EventqIrqCfg2Offset:   prdata_o = eventq_irq_words[3];
        PriqBaseLoOffset:      prdata_o = priq_base_words[0];
        PriqBaseHiOffset:      prdata_o = priq_base_words[1];
        PriqIrqCfg0LoOffset:   prdata_o = priq_irq_words[0];
        PriqIrqCfg0HiOffset:   prdata_o = priq_irq_words[1];
        PriqIrqCfg1Offset:     prdata_o = priq_irq_words[2];
        PriqIrqCfg2Offset:     prdata_o = priq_irq_words[3];
        EventqProdOffset:      prdata_o = {eventq_prod_i.ovflg, 11'd0, eventq_prod_i.wr};
        EventqConsOffset:      prdata_o = {eventq_cons_q.ovackflg, 11'd0, eventq_cons_q.rd};
        PriqProdOffset:        prdata_o = {priq_prod_i.ovflg, 11'd0, priq_prod_i.wr};
        PriqConsOffset:        prdata_o = {priq_cons_o.ovackflg, 11'd0, priq_cons_o.rd};
        default:               prdata_o = '0;
      endcase
    end
  end

endmodule
