using Shop.Load;

namespace Clew.Shop.Tests.Load;

public sealed class SessionModelTests
{
    private const int Many = 5_000;

    [Fact]
    public void ASeedGivesTheSameCustomersEveryTime()
    {
        for (long number = 0; number < 50; number++)
            Assert.Equal(Text(new SessionModel(7).Create(number)), Text(new SessionModel(7).Create(number)));
    }

    [Fact]
    public void AnotherSeedOrNumberGivesAnotherCustomer()
    {
        var sessions = new HashSet<string>();
        for (int seed = 0; seed < 20; seed++)
        {
            for (long number = 0; number < 50; number++)
                Assert.True(sessions.Add(new SessionModel(seed).Create(number).Session), $"seed {seed}, number {number}");
        }
    }

    [Fact]
    public void AtEachStageTheExpectedShareLeaves()
    {
        var model = new SessionModel(11);
        var reached = Enumerable.Range(0, Many).Select(number => model.Create(number).Reached).ToArray();
        for (var stage = Stage.Browse; stage < Stage.Pay; stage++)
        {
            int came = reached.Count(last => last >= stage);
            int wentOn = reached.Count(last => last > stage);
            Assert.InRange((double)wentOn / came, SessionModel.GoesOn(stage) - 0.03, SessionModel.GoesOn(stage) + 0.03);
        }
    }

    [Fact]
    public void StepsFollowTheStagesInOrderAndEndWhereTheCustomerLeaves()
    {
        var model = new SessionModel(3);
        for (long number = 0; number < 200; number++)
        {
            var plan = model.Create(number);
            var stages = plan.Steps.Select(step => step.Stage).ToArray();
            Assert.Equal(stages.Order(), stages);
            Assert.Equal(plan.Reached, stages[^1]);
            Assert.Equal((int)plan.Reached + 1, stages.Distinct().Count());
            Assert.Equal(plan.Reached == Stage.Pay, plan.Steps.Any(step => step.Body?.Payment is not null));
        }
    }

    [Fact]
    public void BasketsHoldTwentyDifferentProductsInTheMiddle()
    {
        var model = new SessionModel(5);
        int[] lines = [.. Enumerable.Range(0, Many)
            .Select(number => model.Create(number))
            .Where(plan => plan.Reached >= Stage.Cart)
            .Select(plan => plan.Steps.SelectMany(step => step.Body?.Items?.Items ?? []).Select(item => item.Sku).ToArray())
            .Select(skus =>
            {
                Assert.Equal(skus.Length, skus.Distinct().Count());
                return skus.Length;
            })
            .Order()];
        Assert.Equal(20, lines[lines.Length / 2]);
        Assert.InRange(lines[0], 14, 16);
        Assert.InRange(lines[^1], 24, 26);
    }

    [Fact]
    public void CustomersComeAtTheRateAskedForAndTheSameWayForASeed()
    {
        var gaps = new SessionModel(9).Gaps(4).Take(Many).ToArray();
        Assert.InRange(gaps.Average(gap => gap.TotalSeconds), 0.23, 0.27);
        Assert.Equal(gaps, new SessionModel(9).Gaps(4).Take(Many));
    }

    private static string Text(SessionPlan plan)
        => string.Join("; ", [plan.Session, plan.Customer, plan.UserAgent, .. plan.Steps.Select(Text)]);

    private static string Text(SessionStep step)
        => string.Join(",", [$"{step.Stage} {step.Path} {step.Think} {step.Body?.Login} {step.Body?.Payment}", .. step.Body?.Items?.Items.Select(item => item.ToString()) ?? []]);
}
