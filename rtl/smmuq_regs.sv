// SPDX-License-Identifier: Apache-2.0 OR MIT

// The programming interface: APB, identification, the enable handshakes, the global errors, and the
// Event queue's registers except PROD, which lives with the queue.
module smmuq_regs
  import smmuq_pkg::*;
#(
  parameter int unsigned EventQs  = 19,
  parameter int unsigned PriQs    = 19,
  parameter int unsigned CmdQs    = 19,
  parameter int unsigned Oas      = 48,
  parameter int unsigned StallMax = 16,
  parameter bit          Stall    = 1'b1
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

  output logic        eventq_enabled_o,
  output logic        eventq_irq_enabled_o,
  output logic        eventq_abort_active_o,
  output queue_base_t eventq_base_o,
  output queue_cons_t eventq_cons_o,
  output logic        eventq_prod_write_o,
  output queue_prod_t eventq_prod_wdata_o,
  input  queue_prod_t eventq_prod_i,
  input  logic        eventq_in_flight_i,
  input  logic        eventq_abort_i,

  output logic irq_gerror_o
);

  localparam idr0_t Idr0 = '{stall_model: Stall ? 2'b00 : 2'b01, default: '0};

  localparam idr1_t Idr1 = '{
      cmdqs: 5'(CmdQs),
      eventqs: 5'(EventQs),
      priqs: 5'(PriQs),
      ssidsize: 5'd20,
      sidsize: 6'd32,
      default: '0
  };

  localparam idr5_t Idr5 = '{
      stall_max: Stall ? 16'(StallMax) : 16'd0,
      oas: oas_code(Oas),
      default: '0
  };

  // An access completes in its access phase. E11: only whole aligned words are accesses; anything
  // else is RAZ/WI with an error.
  logic access, misshapen, write;

  assign access    = psel_i && penable_i && pready_o;
  assign misshapen = paddr_i[1:0] != 2'b00 || (pwrite_i && pstrb_i != 4'hF);
  assign write     = access && pwrite_i && !misshapen;

  assign pready_o  = 1'b1;
  assign pslverr_o = access && misshapen;

  logic cr0_eventqen_q, cr0ack_eventqen_q;
  logic irq_ctrl_eventq_q, irq_ctrl_gerror_q, irq_ctrlack_eventq_q, irq_ctrlack_gerror_q;
  logic gerror_eventq_abt_q;
  logic [8:0] gerrorn_q;
  logic eventq_base_wa_q;  // a hint (write-allocate): stored, without effect
  queue_base_t eventq_base_q;
  queue_cons_t eventq_cons_q;

  // E1: a queue is enabled from the acknowledge of the 1 to the write of the 0.
  assign eventq_enabled_o     = cr0_eventqen_q && cr0ack_eventqen_q;
  assign eventq_irq_enabled_o = irq_ctrl_eventq_q && irq_ctrlack_eventq_q;

  // E3: BASE and PROD may only change when neither CR0 nor CR0ACK shows the queue enabled.
  logic eventq_unguarded;

  assign eventq_unguarded    = !cr0_eventqen_q && !cr0ack_eventqen_q;

  assign eventq_base_o       = eventq_base_q;
  assign eventq_cons_o       = eventq_cons_q;
  assign eventq_prod_write_o = write && paddr_i == EventqProdOffset && eventq_unguarded;
  assign eventq_prod_wdata_o = '{ovflg: pwdata_i[31], wr: pwdata_i[19:0]};

  // G1: an error is active while software has not toggled GERRORN after it.
  logic gerror_irq_enabled;

  assign eventq_abort_active_o = gerror_eventq_abt_q != gerrorn_q[GerrorEventqAbtErr];
  assign gerror_irq_enabled    = irq_ctrl_gerror_q && irq_ctrlack_gerror_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      cr0_eventqen_q       <= 1'b0;
      cr0ack_eventqen_q    <= 1'b0;
      irq_ctrl_eventq_q    <= 1'b0;
      irq_ctrl_gerror_q    <= 1'b0;
      irq_ctrlack_eventq_q <= 1'b0;
      irq_ctrlack_gerror_q <= 1'b0;
      gerror_eventq_abt_q  <= 1'b0;
      gerrorn_q            <= '0;
      eventq_base_wa_q     <= 1'b0;
      eventq_base_q        <= '0;
      eventq_cons_q        <= '0;
      irq_gerror_o         <= 1'b0;
    end else begin
      // E1, E2: the acknowledge follows what CR0 shows, so a field put back before it did changes
      // nothing. E5: a 0 is acknowledged when no record is in flight; an abort flags with the last.
      cr0ack_eventqen_q    <= cr0_eventqen_q || (cr0ack_eventqen_q && eventq_in_flight_i);
      // I4
      irq_ctrlack_eventq_q <= irq_ctrl_eventq_q;
      irq_ctrlack_gerror_q <= irq_ctrl_gerror_q;

      // G1: no second toggle while active. G4: the interrupt is for the activation, one cycle on,
      // when GERROR shows it (V3).
      irq_gerror_o <= eventq_abort_i && !eventq_abort_active_o && gerror_irq_enabled;
      if (eventq_abort_i && !eventq_abort_active_o) begin
        gerror_eventq_abt_q <= !gerror_eventq_abt_q;
      end

      if (write) begin
        unique case (paddr_i)
          Cr0Offset:     cr0_eventqen_q <= pwdata_i[Cr0EventqEn];
          IrqCtrlOffset: begin
            irq_ctrl_eventq_q <= pwdata_i[IrqCtrlEventqIrqEn];
            irq_ctrl_gerror_q <= pwdata_i[IrqCtrlGerrorIrqEn];
          end
          GerrorNOffset: gerrorn_q <= pwdata_i[8:0] & GerrorNStored;  // G2: as written
          EventqBaseLoOffset: begin
            if (eventq_unguarded) begin
              eventq_base_q.addr[31:5] <= pwdata_i[31:5];
              eventq_base_q.log2size   <= pwdata_i[4:0];
            end
          end
          EventqBaseHiOffset: begin
            if (eventq_unguarded) begin
              eventq_base_q.addr[55:32] <= pwdata_i[23:0];
              eventq_base_wa_q          <= pwdata_i[30];
            end
          end
          EventqConsOffset: begin
            eventq_cons_q <= '{ovackflg: pwdata_i[31], rd: pwdata_i[19:0]};  // R8: always
          end
          default:       ;  // read-only, PROD (which the queue takes), or no register: WI
        endcase
      end
    end
  end

  // No offset below matches a misaligned address: RAZ.
  always_comb begin
    prdata_o = '0;
    if (psel_i && !pwrite_i) begin
      unique case (paddr_i)
        Idr0Offset: prdata_o = Idr0;
        Idr1Offset: prdata_o = Idr1;
        Idr5Offset: prdata_o = Idr5;
        Cr0Offset: prdata_o[Cr0EventqEn] = cr0_eventqen_q;
        Cr0AckOffset: prdata_o[Cr0EventqEn] = cr0ack_eventqen_q;
        IrqCtrlOffset: begin
          prdata_o[IrqCtrlEventqIrqEn] = irq_ctrl_eventq_q;
          prdata_o[IrqCtrlGerrorIrqEn] = irq_ctrl_gerror_q;
        end
        IrqCtrlAckOffset: begin
          prdata_o[IrqCtrlEventqIrqEn] = irq_ctrlack_eventq_q;
          prdata_o[IrqCtrlGerrorIrqEn] = irq_ctrlack_gerror_q;
        end
        GerrorOffset: prdata_o[GerrorEventqAbtErr] = gerror_eventq_abt_q;
        GerrorNOffset: prdata_o[8:0] = gerrorn_q;
        EventqBaseLoOffset: prdata_o = {eventq_base_q.addr[31:5], eventq_base_q.log2size};
        EventqBaseHiOffset: prdata_o = {1'b0, eventq_base_wa_q, 6'd0, eventq_base_q.addr[55:32]};
        EventqProdOffset: prdata_o = {eventq_prod_i.ovflg, 11'd0, eventq_prod_i.wr};
        EventqConsOffset: prdata_o = {eventq_cons_q.ovackflg, 11'd0, eventq_cons_q.rd};
        default: prdata_o = '0;
      endcase
    end
  end

  // The cycle before, to check steps with.
  logic past_valid_q, past_unguarded_q, past_cause_q, past_active_q, past_abt_q, past_ack_q;
  logic past_in_flight_q;
  queue_base_t past_base_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      past_valid_q     <= 1'b0;
      past_unguarded_q <= 1'b0;
      past_cause_q     <= 1'b0;
      past_active_q    <= 1'b0;
      past_abt_q       <= 1'b0;
      past_ack_q       <= 1'b0;
      past_in_flight_q <= 1'b0;
      past_base_q      <= '0;
    end else begin
      past_valid_q     <= 1'b1;
      past_unguarded_q <= eventq_unguarded;
      past_cause_q     <= eventq_abort_i && gerror_irq_enabled;
      past_active_q    <= eventq_abort_active_o;
      past_abt_q       <= gerror_eventq_abt_q;
      past_ack_q       <= cr0ack_eventqen_q;
      past_in_flight_q <= eventq_in_flight_i;
      past_base_q      <= eventq_base_q;

      E5_AckWaitsForRecords : assert (!past_ack_q || cr0ack_eventqen_q || !past_in_flight_q);
      E5_NothingInFlightWhenOff : assert (cr0ack_eventqen_q || !eventq_in_flight_i);
      G4_PulseOnlyAfterItsCause : assert (!irq_gerror_o || (past_cause_q && !past_active_q));
      if (past_valid_q) begin
        E3_BaseIsGuarded : assert (past_unguarded_q || eventq_base_q == past_base_q);
        G1_NoToggleWhileActive : assert (!past_active_q || gerror_eventq_abt_q == past_abt_q);
        V3_PulseWithItsError : assert (!irq_gerror_o || gerror_eventq_abt_q != past_abt_q);
      end
    end
  end

endmodule
