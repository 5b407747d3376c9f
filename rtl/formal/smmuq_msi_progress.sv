// SPDX-License-Identifier: Apache-2.0 OR MIT

// MSIs: each that is asked for is sent after a bounded number of steps (smmuq_write_progress), since one
// is in flight at a time and the sources take turns.
module smmuq_msi_progress
  import smmuq_pkg::*;
(
  input logic clk_i,
  input logic rst_ni,

  input logic [MsiSources-1:0] wanted,
  input logic [MsiSources-1:0] pending_q,
  input logic [MsiSources-1:0] in_flight_q,
  input logic [MsiSources-1:0] grant,
  input logic                  sent,         // the granted one's
  input logic [MsiSources-1:0] last_q,       // whose MSI was sent last

  // Of each kind of writes: it is held by the memory, and steps that are left to the next response.
  input logic [2:0]      held,
  input logic [2:0][4:0] left,

  // Steps until a source is not busy any more, if it asks for nothing more: 32 for each response.
  output logic [MsiSources-1:0][7:0] left_o
);

  // Until it is sent: the response for the one in flight, and those for the other three sources.
  localparam int unsigned Steps = 32 * MsiSources + 31;

  logic [MsiSources-1:0][2:0] ahead;  // responses before it is sent
  logic [MsiSources-1:0][8:0] steps_q;
  logic [MsiSources-1:0] nearer;

  always_comb begin
    for (int unsigned i = 0; i < MsiSources; i++) begin
      ahead[i] = 3'(i);
      for (int unsigned j = 0; j < MsiSources; j++) begin
        if (last_q[j]) ahead[i] = 3'((i + 2 * MsiSources - 1 - j) % MsiSources);
      end
      ahead[i]  = ahead[i] + 3'(in_flight_q != '0);
      nearer[i] = !pending_q[i] || 32'(steps_q[i]) + 32'({ahead[i], left[AxiIdMsi]}) <= Steps;

      left_o[i] = '0;
      if (in_flight_q[i]) left_o[i] = {3'd1, left[AxiIdMsi]};
      if (pending_q[i]) left_o[i] = {ahead[i] + 3'd1, left[AxiIdMsi]};
      if (wanted[i]) left_o[i] = {3'd6, 5'd0};
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      steps_q <= '0;
    end else begin
      for (int unsigned i = 0; i < MsiSources; i++) begin
        steps_q[i] <= pending_q[i] && !(sent && grant[i]) ? steps_q[i] + 9'(!held[AxiIdMsi]) : '0;
      end

      LIVE_MsiIsSent : assert (nearer == '1);
    end
  end

endmodule
