// SPDX-License-Identifier: Apache-2.0 OR MIT

// How the block connects the PRI queue and the MSIs, in the proofs of blocks that have both.
module smmuq_features_proof
  import smmuq_pkg::*;
(
  input logic clk_i,
  input logic rst_ni,

  input cr0_t                         cr0,
  input cr0_t                         cr0ack,
  input logic                         priq_enabled,
  input logic        [MsiSources-1:0] msi_wanted,
  input msi_config_t [MsiSources-1:0] msi_config,
  input logic                         irq_eventq_o,
  input logic                         irq_priq_o,
  input logic                         irq_cmd_sync_o,
  input logic                         irq_gerror_o
);

  logic [MsiSources-1:0] interrupts, with_address;

  assign interrupts[MsiEventq]  = irq_eventq_o;
  assign interrupts[MsiPriq]    = irq_priq_o;
  assign interrupts[MsiCmdSync] = irq_cmd_sync_o;
  assign interrupts[MsiGerror]  = irq_gerror_o;

  always_comb begin
    for (int unsigned i = 0; i < MsiSources; i++) with_address[i] = msi_config[i].addr != '0;
  end

  always_ff @(posedge clk_i) begin
    if (rst_ni) begin
      E7_PriqNeedsSmmuenToo :
      assert (priq_enabled == (cr0.priqen && cr0ack.priqen && cr0.smmuen && cr0ack.smmuen));
      // I2, I3, G4, C14: an MSI has the cause of the wired interrupt, and its cycle.
      I7_MsiIsWantedWithItsInterrupt : assert (msi_wanted == (interrupts & with_address));
    end
  end

endmodule
