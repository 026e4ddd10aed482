using System.Text.Json;

namespace Clew.Ingest.Sampling.Policies;

/// <summary>One object of the JSON that a policy is read from: typed values, and what is wrong with them by their place.</summary>
internal sealed class PolicyObject
{
    private readonly JsonElement json;
    private readonly string path;
    private readonly List<PolicyProblem> problems;
    private readonly HashSet<string> asked = [];
    private readonly bool isObject;

    public PolicyObject(JsonElement json, string path, List<PolicyProblem> problems)
    {
        this.json = json;
        this.path = path;
        this.problems = problems;
        isObject = json.ValueKind == JsonValueKind.Object;
        if (!isObject)
        {
            problems.Add(new(path, "An object is expected here."));
        }
    }

    public bool Has(string name)
    {
        asked.Add(name);
        return isObject && json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;
    }

    public void Bad(string name, string message) => problems.Add(new(Place(name), message));

    /// <summary>Complains of every property that was not asked for.</summary>
    public void Complete()
    {
        if (!isObject)
        {
            return;
        }
        foreach (var property in json.EnumerateObject())
        {
            if (!asked.Contains(property.Name))
            {
                Bad(property.Name, $"There is no such property here. There are: {string.Join(", ", asked)}.");
            }
        }
    }

    public PolicyObject Child(string name) => new(json.GetProperty(name), Place(name), problems);

    public IEnumerable<PolicyObject> Children(string name) => Items(name).Select((item, i) => new PolicyObject(item, $"{Place(name)}[{i}]", problems));

    public string Text(string name, bool required = false)
    {
        if (!Has(name))
        {
            if (required && isObject)
            {
                Bad(name, "This is needed.");
            }
            return "";
        }
        var value = json.GetProperty(name);
        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString()!;
        }
        Bad(name, "A text is expected.");
        return "";
    }

    public bool Flag(string name)
    {
        if (!Has(name))
        {
            return false;
        }
        var kind = json.GetProperty(name).ValueKind;
        if (kind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Bad(name, "true or false is expected.");
        }
        return kind == JsonValueKind.True;
    }

    public double? Number(string name, bool required = false)
    {
        if (!Has(name))
        {
            if (required && isObject)
            {
                Bad(name, "This is needed.");
            }
            return null;
        }
        if (json.GetProperty(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out double number))
        {
            return number;
        }
        Bad(name, "A number is expected.");
        return null;
    }

    public int? Integer(string name)
    {
        if (!Has(name))
        {
            return null;
        }
        if (json.GetProperty(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out int number))
        {
            return number;
        }
        Bad(name, "A whole number is expected.");
        return null;
    }

    public TimeSpan? Duration(string name)
    {
        if (!Has(name))
        {
            return null;
        }
        if (PolicyDuration.TryParse(Text(name), out var duration))
        {
            return duration;
        }
        Bad(name, "A duration is expected, such as 500ms, 1.5s or 2m.");
        return null;
    }

    public List<string> Texts(string name)
    {
        var texts = new List<string>();
        foreach (var (item, i) in Items(name).Select((item, i) => (item, i)))
        {
            if (item.ValueKind == JsonValueKind.String)
            {
                texts.Add(item.GetString()!);
            }
            else
            {
                Bad($"{name}[{i}]", "A text is expected.");
            }
        }
        return texts;
    }

    public List<T> Choices<T>(string name, (string Name, T Value)[] choices)
    {
        var chosen = new List<T>();
        var texts = Texts(name);
        for (int i = 0; i < texts.Count; i++)
        {
            int index = Array.FindIndex(choices, choice => choice.Name == texts[i]);
            if (index < 0)
            {
                Bad($"{name}[{i}]", $"One of {string.Join(", ", choices.Select(choice => choice.Name))} is expected.");
                continue;
            }
            chosen.Add(choices[index].Value);
        }
        return chosen;
    }

    private List<JsonElement> Items(string name)
    {
        if (!Has(name))
        {
            return [];
        }
        if (json.GetProperty(name) is { ValueKind: JsonValueKind.Array } array)
        {
            return [.. array.EnumerateArray()];
        }
        Bad(name, "A list is expected.");
        return [];
    }

    private string Place(string name) => path.Length == 0 ? name : $"{path}.{name}";
}
