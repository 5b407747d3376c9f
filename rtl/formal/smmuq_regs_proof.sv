// SPDX-License-Identifier: Apache-2.0 OR MIT

// The registers, from the rules and not from the RTL: offsets, fields and guards are written out here
// again (docs/rules.md, 9.1 to 9.3 and E3). A register is what software wrote last, if that was allowed;
// that is what is read, and what the block works with.
module smmuq_regs_proof
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

  input logic [16:0] paddr_i,
  input logic        psel_i,
  input logic        penable_i,
  input logic        pwrite_i,
  input logic [31:0] pwdata_i,
  input logic [ 3:0] pstrb_i,
  input logic        pready_o,
  input logic [31:0] prdata_o,
  input logic        pslverr_o,

  input cr0_t            cr0,
  input cr0_t            cr0ack,
  input cr0_t            enabled_o,
  input cr0_t            cr0_busy_i,
  input irq_ctrl_t       irq_ctrl,
  input irq_ctrl_t       irq_ctrlack,
  input irq_ctrl_t       irq_enabled_o,
  input irq_ctrl_t       irq_busy_i,
  input cr1_t            cr1_q,
  input cr2_t            cr2_q,
  input logic      [3:0] cache_o,
  input gerror_t         gerror,
  input gerror_t         gerrorn,
  input gerror_t         gerror_active_o,

  input logic [1:0][31:0] cmdq_base_words,
  input logic [1:0][31:0] eventq_base_words,
  input logic [1:0][31:0] priq_base_words,
  input logic [3:0][31:0] gerror_irq_words,
  input logic [3:0][31:0] eventq_irq_words,
  input logic [3:0][31:0] priq_irq_words,

  input msi_config_t [MsiCmdSync-1:0] msi_config_o,
  input logic                         priq_irq_last_o,
  input queue_base_t                  cmdq_base_o,
  input logic        [          19:0] cmdq_prod_o,
  input logic                         cmdq_cons_write_o,
  input logic        [          19:0] cmdq_cons_wdata_o,
  input logic        [          19:0] cmdq_cons_rd_i,
  input cerror_e                      cmdq_cons_err_i,
  input queue_base_t                  eventq_base_o,
  input queue_cons_t                  eventq_cons_o,
  input logic                         eventq_prod_write_o,
  input queue_base_t                  priq_base_o,
  input queue_cons_t                  priq_cons_o,
  input logic                         priq_prod_write_o,
  input queue_prod_t                  prod_wdata_o,
  input queue_prod_t                  eventq_prod_i,
  input queue_prod_t                  priq_prod_i
);

  // E1, E3: what counts is 1 in either register.
  cr0_t on;
  irq_ctrl_t irq_on;
  logic queues_off;

  assign on         = cr0 | cr0ack;
  assign irq_on     = irq_ctrl | irq_ctrlack;
  assign queues_off = !on.cmdqen && !on.eventqen && !on.priqen;

  // A place for each word of the two pages. No offset of a register on Page 1 is one on Page 0 too.
  localparam int unsigned Words = 64;

  function automatic logic [16:0] offset(int unsigned word);
    unique case (17'(4 * word))
      17'h0_00A8, 17'h0_00AC, 17'h0_00C8, 17'h0_00CC: return 17'h1_0000 + 17'(4 * word);
      default: return 17'(4 * word);
    endcase
  endfunction

  // Bits that software can write (9.2, 9.3); the others are 0.
  function automatic logic [31:0] fields(logic [16:0] address);
    unique case (address)
      17'h0_0020: return {27'd0, Ats, 2'b11, Pri, 1'b1};
      17'h0_0028: return 32'h0000_0FFF;
      17'h0_002C: return {28'd0, Ats, 3'b111};
      17'h0_0050: return {29'd0, 1'b1, Pri, 1'b1};
      17'h0_0064: return 32'h0000_01FD;
      17'h0_0068, 17'h0_00B0: return Msi ? 32'hFFFF_FFFC : '0;
      17'h0_006C, 17'h0_00B4: return Msi ? 32'h00FF_FFFF : '0;
      17'h0_0070, 17'h0_00B8: return Msi ? 32'hFFFF_FFFF : '0;
      17'h0_0074, 17'h0_00BC: return Msi ? 32'h0000_003F : '0;
      17'h0_00D0: return Pri && Msi ? 32'hFFFF_FFFC : '0;
      17'h0_00D4: return Pri && Msi ? 32'h00FF_FFFF : '0;
      17'h0_00D8: return Pri && Msi ? 32'hFFFF_FFFF : '0;
      17'h0_00DC: return Pri ? {1'b1, 25'd0, {6{Msi}}} : '0;
      17'h0_0090, 17'h0_00A0: return 32'hFFFF_FFFF;
      17'h0_0094, 17'h0_00A4: return 32'h40FF_FFFF;
      17'h0_00C0: return Pri ? 32'hFFFF_FFFF : '0;
      17'h0_00C4: return Pri ? 32'h40FF_FFFF : '0;
      17'h0_0098: return 32'h000F_FFFF;
      17'h1_00AC: return 32'h800F_FFFF;
      17'h1_00CC: return Pri ? 32'h800F_FFFF : '0;
      default: return '0;
    endcase
  endfunction

  // Which of them may be written now (E3).
  logic [Words-1:0][31:0] unguarded;
  logic [16:0] place;

  always_comb begin
    place = '0;
    for (int unsigned i = 0; i < Words; i++) begin
      place = offset(i);
      unique case (place)
        17'h0_0028: unguarded[i] = {20'd0, {6{!on.smmuen}}, {6{queues_off}}};
        17'h0_002C: unguarded[i] = {32{!on.smmuen}};
        17'h0_0068, 17'h0_006C, 17'h0_0070, 17'h0_0074: unguarded[i] = {32{!irq_on.gerror}};
        17'h0_00B0, 17'h0_00B4, 17'h0_00B8, 17'h0_00BC: unguarded[i] = {32{!irq_on.eventq}};
        17'h0_00D0, 17'h0_00D4, 17'h0_00D8, 17'h0_00DC: unguarded[i] = {32{!irq_on.priq}};
        17'h0_0090, 17'h0_0094: unguarded[i] = {32{!on.cmdqen}};
        17'h0_00A0, 17'h0_00A4: unguarded[i] = {32{!on.eventqen}};
        17'h0_00C0, 17'h0_00C4: unguarded[i] = {32{!on.priqen}};
        default: unguarded[i] = '1;
      endcase
    end
  end

  // E11: whole aligned words.
  logic access, whole, write;

  assign access = psel_i && penable_i;
  assign whole  = paddr_i[1:0] == 2'd0 && (!pwrite_i || pstrb_i == 4'hF);
  assign write  = access && whole && pwrite_i;

  // What software left there.
  logic [Words-1:0][31:0] word_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      word_q <= '0;
    end else if (write) begin
      for (int unsigned i = 0; i < Words; i++) begin
        if (paddr_i == offset(i)) begin
          word_q[i] <= (word_q[i] & ~unguarded[i]) | (pwdata_i & unguarded[i]);
        end
      end
    end
  end

  // The same by the low byte of the offset, which tells the two pages apart.
  logic [255:0][31:0] word;

  always_comb begin
    word = '0;
    for (int unsigned i = 0; i < Words; i++) word[4*i] = word_q[i] & fields(offset(i));
  end

  // What is read: that word, or what the block shows.
  logic [2:0] oas;
  logic [31:0] read;
  logic is_word;

  assign is_word = paddr_i == offset(32'(paddr_i[7:2]));

  assign oas = Oas == 32 ? 3'd0 : Oas == 36 ? 3'd1 : Oas == 40 ? 3'd2 : Oas == 42 ? 3'd3 :
      Oas == 44 ? 3'd4 : Oas == 48 ? 3'd5 : Oas == 52 ? 3'd6 : 3'd7;

  always_comb begin
    unique case (paddr_i)
      17'h0_0000: read = {6'd0, Stall ? 2'b00 : 2'b01, 7'd0, Pri, 1'b0, Sev, Msi, 2'd0, Ats, 10'd0};
      17'h0_0004: read = {6'd0, 5'(CmdQs), 5'(EventQs), 5'(PriQs), 5'd20, 6'd32};
      17'h0_000C: read = {26'd0, Pps && Pri, 5'd0};
      17'h0_0014: read = {Stall ? 16'(StallMax) : 16'd0, 13'd0, oas};
      17'h0_0024: read = {27'd0, cr0ack};
      17'h0_0054: read = {29'd0, irq_ctrlack};
      17'h0_0060: read = {23'd0, gerror};
      17'h0_009C: read = {6'd0, cmdq_cons_err_i, 4'd0, cmdq_cons_rd_i};
      17'h1_00A8: read = {eventq_prod_i.ovflg, 11'd0, eventq_prod_i.wr};
      17'h1_00C8: read = {priq_prod_i.ovflg, 11'd0, priq_prod_i.wr};
      default: read = is_word ? word[paddr_i[7:0]] : '0;
    endcase
  end

  // Fields of CR1 and of x_IRQ_CFG0 to 2.
  logic [1:0] queue_ic, queue_oc;
  logic [MsiCmdSync-1:0][3:0][31:0] irq_words;
  logic [MsiCmdSync-1:0] configs_used;

  assign queue_ic             = word[8'h28][1:0];
  assign queue_oc             = word[8'h28][3:2];
  assign irq_words[MsiGerror] = gerror_irq_words;
  assign irq_words[MsiEventq] = eventq_irq_words;
  assign irq_words[MsiPriq]   = priq_irq_words;

  always_comb begin
    for (int unsigned i = 0; i < MsiCmdSync; i++) begin
      configs_used[i] =
          msi_config_o[i].addr == {irq_words[i][1][23:0], irq_words[i][0][31:2]} &&
          msi_config_o[i].data == irq_words[i][2] &&
          msi_config_o[i].memattr == irq_words[i][3][3:0];
    end
  end

  logic past_valid_q;
  cr0_t past_cr0_q, past_cr0ack_q, past_busy_q;
  irq_ctrl_t past_irq_ctrl_q, past_irq_ctrlack_q, past_irq_busy_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      past_valid_q       <= 1'b0;
      past_cr0_q         <= '0;
      past_cr0ack_q      <= '0;
      past_busy_q        <= '0;
      past_irq_ctrl_q    <= '0;
      past_irq_ctrlack_q <= '0;
      past_irq_busy_q    <= '0;
    end else begin
      past_valid_q       <= 1'b1;
      past_cr0_q         <= cr0;
      past_cr0ack_q      <= cr0ack;
      past_busy_q        <= cr0_busy_i;
      past_irq_ctrl_q    <= irq_ctrl;
      past_irq_ctrlack_q <= irq_ctrlack;
      past_irq_busy_q    <= irq_busy_i;

      E11_AccessEndsAtOnce : assert (pready_o);
      E11_OnlyWholeWords : assert (pslverr_o == (access && !whole));
      E12_ReadsWhatIsThere : assert (!psel_i || pwrite_i || prdata_o == read);

      // E1, I4: an Update ends when nothing holds it up, and not before.
      if (past_valid_q) begin
        E1_UpdateEnds : assert (cr0ack == (past_cr0_q | (past_cr0ack_q & past_busy_q)));
        I4_UpdateEnds :
        assert (irq_ctrlack == (past_irq_ctrl_q | (past_irq_ctrlack_q & past_irq_busy_q)));
      end
      E1_EffectiveFromAckToClear :
      assert (enabled_o == (cr0 & cr0ack) && irq_enabled_o == (irq_ctrl & irq_ctrlack));

      // What the block works with is what software wrote, field by field.
      E1_ControlIsWhatWasWritten :
      assert ({cr0.atschk, cr0.cmdqen, cr0.eventqen, cr0.priqen, cr0.smmuen} == word[8'h20][4:0] &&
              {irq_ctrl.eventq, irq_ctrl.priq, irq_ctrl.gerror} == word[8'h50][2:0]);
      E3_AttributesAreWhatWasWritten :
      assert (32'(cr1_q) == word[8'h28] && 32'(cr2_q) == word[8'h2C]);
      G2_GerrorNIsWhatWasWritten :
      assert (32'(gerrorn) == word[8'h64] && gerror_active_o == (gerror ^ gerrorn));
      E3_BaseIsWhatWasWritten :
      assert (cmdq_base_words == {word[8'h94], word[8'h90]} &&
              eventq_base_words == {word[8'hA4], word[8'hA0]} &&
              priq_base_words == {word[8'hC4], word[8'hC0]});
      E3_BaseIsUsed :
      assert ({cmdq_base_o.addr, cmdq_base_o.log2size} == {word[8'h94][23:0], word[8'h90]} &&
              {eventq_base_o.addr, eventq_base_o.log2size} == {word[8'hA4][23:0], word[8'hA0]} &&
              {priq_base_o.addr, priq_base_o.log2size} == {word[8'hC4][23:0], word[8'hC0]});
      R8_ConsIsWhatWasWritten :
      assert ({12'd0, cmdq_prod_o} == word[8'h98] &&
              {eventq_cons_o.ovackflg, 11'd0, eventq_cons_o.rd} == word[8'hAC] &&
              {priq_cons_o.ovackflg, 11'd0, priq_cons_o.rd} == word[8'hCC]);
      I7_ConfigIsWhatWasWritten :
      assert (gerror_irq_words == {word[8'h74], word[8'h70], word[8'h6C], word[8'h68]} &&
              eventq_irq_words == {word[8'hBC], word[8'hB8], word[8'hB4], word[8'hB0]} &&
              priq_irq_words == {word[8'hDC], word[8'hD8], word[8'hD4], word[8'hD0]});
      I7_ConfigIsUsed : assert (configs_used == '1 && priq_irq_last_o == priq_irq_words[3][31]);

      // AxCACHE by CR1.QUEUE_IC and QUEUE_OC: write-back if both are, write-through if either is.
      CR1_CacheIsAsAskedFor :
      assert (cache_o == (queue_ic == 2'd1 && queue_oc == 2'd1 ? 4'b1111 :
                          queue_ic == 2'd2 || queue_oc == 2'd2 ? 4'b1110 : 4'b0011));

      // E3: the registers that the SMMU writes, too.
      E3_ProdIsGuarded :
      assert (eventq_prod_write_o == (write && paddr_i == 17'h1_00A8 && !on.eventqen) &&
              priq_prod_write_o == (Pri && write && paddr_i == 17'h1_00C8 && !on.priqen));
      E3_CmdqConsIsGuarded :
      assert (cmdq_cons_write_o == (write && paddr_i == 17'h0_009C && !on.cmdqen));
      E3_WrittenDataArrive :
      assert (prod_wdata_o == {pwdata_i[31], pwdata_i[19:0]} &&
              cmdq_cons_wdata_o == pwdata_i[19:0]);
    end
  end

endmodule
