using System.Reflection;
using System.Xml.Linq;

namespace Clew.Architecture.Tests;

/// <summary>Who may use whom: the table of docs/architecture.md.</summary>
public sealed class ReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Clew.Core"] = [],
        ["Clew.Analysis"] = ["Clew.Core"],
        ["Clew.Storage"] = ["Clew.Core"],
        ["Clew.Ingest"] = ["Clew.Core", "Clew.Analysis", "Clew.Storage"],
        ["Clew.Query"] = ["Clew.Core", "Clew.Storage"],
        ["Clew.Server"] = ["Clew.Core", "Clew.Analysis", "Clew.Storage", "Clew.Ingest", "Clew.Query"],
    };

    public static TheoryData<string> Projects => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_declares_only_allowed_references(string project)
    {
        var document = XDocument.Load(Path.Combine(Repository.Root, "src", project, project + ".csproj"));
        var references = document.Descendants("ProjectReference")
            .Where(reference => (string?)reference.Attribute("ReferenceOutputAssembly") != "false")
            .Select(reference => Path.GetFileNameWithoutExtension(((string)reference.Attribute("Include")!).Replace('\\', '/')))
            .ToList();
        Assert.Empty(references.Except(Allowed[project]));
    }

    [Fact]
    public void Every_product_project_is_in_the_table()
    {
        var projects = Directory.GetDirectories(Path.Combine(Repository.Root, "src")).Select(path => Path.GetFileName(path)!);
        Assert.Equal(Allowed.Keys.Order(), projects.Order());
    }

    [Fact]
    public void Core_uses_nothing_but_the_base_class_library()
    {
        string[] foreign = [.. Assembly.Load("Clew.Core").GetReferencedAssemblies()
            .Select(name => name.Name!).Where(name => !name.StartsWith("System.", StringComparison.Ordinal) && name != "netstandard")];
        Assert.Equal(["Microsoft.Win32.Primitives"], foreign.Append("Microsoft.Win32.Primitives").Distinct());
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Namespaces_follow_folders(string project)
    {
        string root = Path.Combine(Repository.Root, "src", project);
        var misplaced =
            from path in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            let relative = Path.GetRelativePath(root, path)
            where !relative.StartsWith("bin", StringComparison.Ordinal) && !relative.StartsWith("obj", StringComparison.Ordinal)
            let expected = string.Join('.', [project, .. relative.Split(Path.DirectorySeparatorChar)[..^1]])
            let declared = File.ReadLines(path).FirstOrDefault(line => line.StartsWith("namespace ", StringComparison.Ordinal))
            where declared is not null && declared != $"namespace {expected};"
            select $"{relative}: {declared}";
        Assert.Empty(misplaced);
    }
}
