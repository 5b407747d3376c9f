// SPDX-License-Identifier: Apache-2.0 OR MIT

// The global errors: an error is active while software has not toggled GERRORN after it (G1).
module smmuq_gerror
  import smmuq_pkg::*;
(
  input logic clk_i,
  input logic rst_ni,

  input logic    irq_enabled_i,    // effective GERROR_IRQEN
  input logic    gerrorn_write_i,
  input gerror_t gerrorn_wdata_i,
  input gerror_t cause_i,          // what goes wrong in this cycle

  output gerror_t gerror_o,
  output gerror_t gerrorn_o,
  output gerror_t active_o,

  output logic irq_gerror_o
);

  // G4: every error interrupts, but that of the interrupt itself.
  localparam gerror_t Interrupts = '{msi_gerror_abt_err: 1'b0, default: 1'b1};

  gerror_t gerror_q, gerrorn_q;
  gerror_t activated;

  assign gerror_o  = gerror_q;
  assign gerrorn_o = gerrorn_q;
  assign active_o  = gerror_q ^ gerrorn_q;

  // G1: no second toggle while active.
  assign activated = cause_i & ~active_o;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      gerror_q     <= '0;
      gerrorn_q    <= '0;
      irq_gerror_o <= 1'b0;
    end else begin
      gerror_q     <= gerror_q ^ activated;
      // One cycle on, when GERROR shows it (V3). I4, I5: the enable counts when the error becomes active.
      irq_gerror_o <= |(activated & Interrupts) && irq_enabled_i;
      if (gerrorn_write_i) begin
        gerrorn_q <= gerrorn_wdata_i & GerrorNStored;  // G2: as written
      end
    end
  end

  // The cycle before, to check steps with.
  gerror_t past_gerror_q, past_active_q, past_cause_q;
  logic past_valid_q, past_enabled_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      past_gerror_q  <= '0;
      past_active_q  <= '0;
      past_cause_q   <= '0;
      past_valid_q   <= 1'b0;
      past_enabled_q <= 1'b0;
    end else begin
      past_gerror_q  <= gerror_q;
      past_active_q  <= active_o;
      past_cause_q   <= cause_i;
      past_valid_q   <= 1'b1;
      past_enabled_q <= irq_enabled_i;

      if (past_valid_q) begin
        G1_NoToggleWhileActive : assert (((gerror_q ^ past_gerror_q) & past_active_q) == '0);
        G1_ToggleOnlyOnItsCause : assert (((gerror_q ^ past_gerror_q) & ~past_cause_q) == '0);
        G1_CauseIsActiveOrToggles :
        assert ((past_cause_q & ~past_active_q & ~(gerror_q ^ past_gerror_q)) == '0);
        // V3: the pulse comes with the change of GERROR, and only with one that interrupts (G4).
        V3_PulseWithItsError :
        assert (irq_gerror_o == (past_enabled_q && |((gerror_q ^ past_gerror_q) & Interrupts)));
      end
    end
  end

endmodule
