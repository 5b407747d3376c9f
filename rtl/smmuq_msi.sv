// SPDX-License-Identifier: Apache-2.0 OR MIT

// MSIs: an interrupt pulse becomes a write, if its source has an address (I7, C13). Pulses that come
// while one is pending merge with it (I8). One MSI is in flight at a time.
module smmuq_msi
  import smmuq_pkg::*;
#(
  parameter int unsigned Oas = 48
) (
  input logic clk_i,
  input logic rst_ni,

  input  logic        [MsiSources-1:0] pulse_i,   // V3: what it announces is visible
  input  msi_config_t [MsiSources-1:0] config_i,  // stays as it is while its source is busy
  output logic        [MsiSources-1:0] busy_o,    // to be sent, or without response

  output logic           write_valid_o,
  input  logic           write_ready_i,
  output logic [Oas-1:2] write_address_o,
  output logic [   31:0] write_data_o,
  output logic [    3:0] write_cache_o,
  input  logic           response_valid_i,
  input  logic           response_error_i,

  output logic [MsiSources-1:0] abort_o  // the MSI of this source was not delivered
);

  localparam int unsigned AddressWidth = Oas - 2;

  logic [MsiSources-1:0] wanted, pending_q, in_flight_q, grant;
  logic sent;

  for (genvar i = 0; i < MsiSources; i++) begin : gen_wanted
    assign wanted[i] = pulse_i[i] && config_i[i].addr != '0;
  end

  assign busy_o        = wanted | pending_q | in_flight_q;
  assign write_valid_o = pending_q != '0 && in_flight_q == '0;
  assign sent          = write_valid_o && write_ready_i;
  assign abort_o       = response_valid_i && response_error_i ? in_flight_q : '0;

  smmuq_rr #(
    .Sources(MsiSources)
  ) u_rr (
    .clk_i,
    .rst_ni,
    .request_i(pending_q),
    .serve_i  (sent),
    .grant_o  (grant)
  );

  msi_config_t granted;

  always_comb begin
    granted = '0;
    for (int unsigned i = 0; i < MsiSources; i++) begin
      if (grant[i]) begin
        granted = config_i[i];
      end
    end
  end

  assign write_address_o = AddressWidth'(granted.addr);  // I7: truncated
  assign write_data_o    = granted.data;
  assign write_cache_o   = granted.memattr[3:2] == 2'd0 ? AxiDevice : AxiNormal;

  logic unused_memattr;
  assign unused_memattr = ^granted.memattr[1:0];  // tells kinds of Device or of Normal memory apart

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      pending_q   <= '0;
      in_flight_q <= '0;
    end else begin
      pending_q <= wanted | (pending_q & ~(sent ? grant : '0));
      if (sent) begin
        in_flight_q <= grant;
      end else if (response_valid_i) begin
        in_flight_q <= '0;
      end
    end
  end

  // What was asked for and not sent yet, to check steps with.
  logic [MsiSources-1:0] asked_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      asked_q <= '0;
    end else begin
      for (int unsigned i = 0; i < MsiSources; i++) begin
        if (wanted[i]) begin
          asked_q[i] <= 1'b1;
        end else if (sent && grant[i]) begin
          asked_q[i] <= 1'b0;
        end
      end
      I7_OnlyWithACause : assert (!sent || (grant & ~asked_q) == '0);
      I7_NoCauseForgotten : assert (asked_q == pending_q);
      I8_OneInFlight : assert ((in_flight_q & (in_flight_q - MsiSources'(1'b1))) == '0);
      I8_NotSentBeforeTheResponse : assert (!sent || in_flight_q == '0);
      I7_NoAbortWithoutMsi : assert ((abort_o & ~in_flight_q) == '0);
    end
  end

endmodule
