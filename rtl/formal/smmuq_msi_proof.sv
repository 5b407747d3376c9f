// SPDX-License-Identifier: Apache-2.0 OR MIT

// An MSI is what its source is configured to (I7), is busy until it is answered (I6), and its abort is
// told to the right source.
module smmuq_msi_proof
  import smmuq_pkg::*;
#(
  parameter int unsigned Oas = 48
) (
  input logic clk_i,
  input logic rst_ni,

  input logic        [MsiSources-1:0] pulse_i,
  input msi_config_t [MsiSources-1:0] config_i,
  input logic        [MsiSources-1:0] busy_o,
  input logic                         write_valid_o,
  input logic                         write_ready_i,
  input logic        [       Oas-1:2] write_address_o,
  input logic        [          31:0] write_data_o,
  input logic        [           3:0] write_cache_o,
  input logic                         response_valid_i,
  input logic                         response_error_i,
  input logic        [MsiSources-1:0] abort_o,
  input logic        [MsiSources-1:0] grant,
  input logic        [MsiSources-1:0] pending_q,
  input logic        [MsiSources-1:0] in_flight_q
);

  logic [MsiSources-1:0] wanted, as_configured;
  logic [MsiSources-1:0] sent_q;  // sent and not answered

  always_comb begin
    for (int unsigned i = 0; i < MsiSources; i++) begin
      wanted[i] = pulse_i[i] && config_i[i].addr != '0;
      as_configured[i] = write_address_o == config_i[i].addr[Oas-1:2] &&
          write_data_o == config_i[i].data &&
          write_cache_o == (config_i[i].memattr[3:2] == 2'd0 ? 4'b0000 : 4'b0011);
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      sent_q <= '0;
    end else begin
      if (write_valid_o && write_ready_i) begin
        sent_q <= grant;
      end else if (response_valid_i) begin
        sent_q <= '0;
      end

      I7_SentAsConfigured : assert (!write_valid_o || (grant & ~as_configured) == '0);
      I7_OneIsSent : assert (!write_valid_o || (grant != '0 && (grant & ~pending_q) == '0));
      I8_PendingIsSentWhenFree : assert (write_valid_o == (pending_q != '0 && sent_q == '0));
      I6_InFlightUntilAnswered : assert (in_flight_q == sent_q);
      I6_BusyUntilAnswered : assert (busy_o == (wanted | pending_q | sent_q));
      G3_AbortIsOfTheSentOne :
      assert (abort_o == (response_valid_i && response_error_i ? sent_q : '0));
    end
  end

endmodule
