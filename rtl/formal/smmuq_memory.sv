// SPDX-License-Identifier: Apache-2.0 OR MIT

// What is assumed of the memory, and what follows from it: a write response comes only for a write
// whose address was taken before. AXI demands more; nothing else is assumed of any input.
module smmuq_memory
  import smmuq_pkg::*;
#(
  parameter int unsigned Outstanding = 16,
  parameter int unsigned CountWidth  = $clog2(Outstanding) + 1
) (
  input logic clk_i,
  input logic rst_ni,

  input logic       awvalid_o,
  input logic       awready_i,
  input logic [1:0] awid_o,
  input logic       bvalid_i,
  input logic [1:0] bid_i,

  // Records, messages and the MSI that have no response yet, as the block counts them; and where they
  // are before the memory has their addresses.
  input logic [CountWidth-1:0]      events_in_flight,
  input logic [CountWidth-1:0]      messages_in_flight,
  input logic [MsiSources-1:0]      msi_in_flight,
  input logic                       event_waits,
  input logic                       message_waits,
  input logic                       second_q,
  input logic [           1:0]      aw_filled,
  input logic [           1:0][1:0] aw_ids,

  output logic due_o  // the memory owes a response
);

  // Writes of each kind whose address was taken and that have no response.
  localparam int unsigned SumWidth = CountWidth + 2;

  logic [SumWidth-1:0] due_q[3];
  logic [2:0] taken, answered;
  logic [1:0] queued[3];

  always_comb begin
    for (int unsigned i = 0; i < 3; i++) begin
      taken[i] = awvalid_o && awready_i && awid_o == 2'(i);
      answered[i] = bvalid_i && bid_i == 2'(i);
      queued[i]   = {1'b0, aw_filled[0] && aw_ids[0] == 2'(i)} +
          {1'b0, aw_filled[1] && aw_ids[1] == 2'(i)};
    end
  end

  assign due_o = due_q[0] != '0 || due_q[1] != '0 || due_q[2] != '0;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      due_q[0] <= '0;
      due_q[1] <= '0;
      due_q[2] <= '0;
    end else begin
      for (int unsigned i = 0; i < 3; i++) begin
        due_q[i] <= due_q[i] + SumWidth'(taken[i]) - SumWidth'(answered[i]);
      end

      AXI_ResponseOnlyToAWrite : assume (!bvalid_i || (bid_i != 2'd3 && due_q[bid_i] != '0));

      // Nothing is in flight that is not on its way to the memory, or with it.
      V5_EventsInFlightAreOnTheBus :
      assert (SumWidth'(events_in_flight) == due_q[AxiIdEventq] + SumWidth'(queued[AxiIdEventq]) +
                                  SumWidth'(event_waits && !second_q));
      V5_MessagesInFlightAreOnTheBus :
      assert (SumWidth'(messages_in_flight) == due_q[AxiIdPriq] + SumWidth'(queued[AxiIdPriq]) +
                                    SumWidth'(message_waits));
      V5_MsiInFlightIsOnTheBus :
      assert (SumWidth'(msi_in_flight != '0) == due_q[AxiIdMsi] + SumWidth'(queued[AxiIdMsi]));
      V5_NoMoreDueThanInFlight :
      assert (due_q[AxiIdEventq] <= SumWidth'(events_in_flight) &&
              due_q[AxiIdPriq] <= SumWidth'(messages_in_flight) &&
              due_q[AxiIdMsi] <= SumWidth'(1'b1));
      V5_QueuedAreOfAKind :
      assert ((!aw_filled[0] || aw_ids[0] != 2'd3) && (!aw_filled[1] || aw_ids[1] != 2'd3));
      // So each response finds what it is for, and moves PROD or reports an abort.
      V5_NoResponseIsLost :
      assert (!(answered[AxiIdEventq] && events_in_flight == '0) &&
              !(answered[AxiIdPriq] && messages_in_flight == '0) &&
              !(answered[AxiIdMsi] && msi_in_flight == '0));
    end
  end

endmodule
