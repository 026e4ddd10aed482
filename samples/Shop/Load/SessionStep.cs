using Shop.Model;

namespace Shop.Load;

/// <summary>One thing a customer does.</summary>
/// <param name="Stage">Where on the way it belongs.</param>
/// <param name="Path">What is asked for.</param>
/// <param name="Body">What is sent: nothing is a GET.</param>
/// <param name="Think">How long the customer looks before doing it.</param>
internal sealed record SessionStep(Stage Stage, string Path, StepBody? Body, TimeSpan Think);

/// <summary>What a step sends: one of these.</summary>
internal sealed record StepBody(LoginRequest? Login = null, AddItems? Items = null, CardPayment? Payment = null);
